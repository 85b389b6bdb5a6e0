import { DAY_MS, HOUR_MS } from "../../platform/clock.ts";
import type { Topic } from "../delivery/policy.ts";

/** What somebody can be told of; each has its own choice. The digest is a way of telling and no kind. */
export type Kind = Exclude<Topic, "digest">;
export const KINDS = [
  "job",
  "batch",
  "optimization",
  "experiment",
  "trade_alert",
  "daily_pnl",
  "webhook",
  "dead_letter",
] as const satisfies readonly Kind[];

export const MAIL_CHOICES = ["immediate", "daily", "off"] as const;
export interface Choice {
  in_product: boolean;
  mail: (typeof MAIL_CHOICES)[number];
}
export interface Preferences {
  kinds: Record<Kind, Choice>;
  /** The hour, UTC, from which the daily mail is sent. */
  digest_hour: number;
}

/** What somebody has who has chosen nothing: mail for what moves money or ends long waiting, and for what broke. */
export const DEFAULTS: Preferences = {
  kinds: {
    job: { in_product: true, mail: "off" },
    batch: { in_product: true, mail: "off" },
    optimization: { in_product: true, mail: "immediate" },
    experiment: { in_product: true, mail: "immediate" },
    trade_alert: { in_product: true, mail: "immediate" },
    daily_pnl: { in_product: true, mail: "immediate" },
    webhook: { in_product: true, mail: "immediate" },
    dead_letter: { in_product: true, mail: "daily" },
  },
  digest_hour: 7,
};

/** The same with the mail of one topic off, that of the digest being all that is told daily; undefined where it is. */
export function withoutMail(topic: Topic, before: Preferences): Preferences | undefined {
  const isMeant = (kind: Kind) =>
    topic === "digest"
      ? before.kinds[kind].mail === "daily"
      : kind === topic && before.kinds[kind].mail !== "off";
  const meant = KINDS.filter(isMeant);
  if (meant.length === 0) return undefined;
  const kinds = { ...before.kinds };
  for (const kind of meant) kinds[kind] = { ...kinds[kind], mail: "off" };
  return { ...before, kinds };
}

/** The next moment after `now` at which the hour strikes, UTC. */
export function nextDigest(now: number, digest_hour: number): number {
  const today = now - (now % DAY_MS) + digest_hour * HOUR_MS;
  return today > now ? today : today + DAY_MS;
}

/** Those who are told of one event, at most. */
export const MAX_READERS = 50;
/** Readers whose rows are written in one transaction. */
export const GROUP = 10;
/** What a digest tells one by one, and how far it counts the rest. */
export const DIGEST_LINES = 50;
export const DIGEST_COUNTED = 500;
/** Digests of one run of the timer, which may ask D1 a thousand times. */
export const DIGESTS_AT_ONCE = 100;
/** How far unread ones are counted, and how many one call marks as read. */
export const UNREAD_COUNTED = 100;
export const READ_AT_ONCE = 10_000;
export const NOTIFICATIONS_KEPT_MS = 90 * DAY_MS;
