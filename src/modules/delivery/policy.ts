import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../platform/clock.ts";

/** How long what a mail carries opens something, from when it was written. */
export const LINK_HOLDS_MS = {
  verify_email: DAY_MS,
  reset_password: HOUR_MS,
  invitation: 7 * DAY_MS,
} as const;
export type LinkPurpose = keyof typeof LINK_HOLDS_MS;

const hasLink = (template: string): template is LinkPurpose => template in LINK_HOLDS_MS;

/** When the link in a mail ends; undefined where it has none. */
export function linkEnds(template: string, written_at: number): number | undefined {
  return hasLink(template) ? written_at + LINK_HOLDS_MS[template] : undefined;
}

/** The waits after each attempt that failed: eight attempts in a little less than a day. */
const WAITS_MS = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
] as const;
export const MAX_ATTEMPTS = WAITS_MS.length + 1;

/** When a mail is tried again after this many attempts, or undefined where it is given up: a dead link helps nobody. */
export function nextAttempt(
  attempts: number,
  now: number,
  link_ends: number | undefined,
): number | undefined {
  const wait_ms = WAITS_MS[attempts - 1];
  if (wait_ms === undefined) return undefined;
  const due_at = now + wait_ms;
  return link_ends !== undefined && due_at >= link_ends ? undefined : due_at;
}

/** Why an attempt that was claimed is not made: it came too late, or those before it ended without a word. */
export function reasonToGiveUp(
  attempts: number,
  now: number,
  link_ends: number | undefined,
): string | undefined {
  if (link_ends !== undefined && link_ends <= now) return "Its link had expired before it could be sent.";
  return attempts > MAX_ATTEMPTS ? "No attempt to send it came to an end." : undefined;
}

/** A claimed mail is tried again by then, if whoever claimed it was never heard of; longer than any conversation. */
export const CLAIM_MS = 3 * MINUTE_MS;
/** Mails are forgotten after this, sent or not: they name people. */
export const MAILS_KEPT_MS = 30 * DAY_MS;

/** What a desk's mail is about, in the words by which its reader stops it; one-click is for one of these at a time. */
export const TOPICS = {
  job: "jobs",
  batch: "batches",
  optimization: "optimisations",
  experiment: "A/B tests",
  trade_alert: "trade alerts",
  daily_pnl: "the daily profit and loss",
  webhook: "webhooks",
  dead_letter: "dead letters",
  digest: "all that comes in the daily digest",
} as const;
export type Topic = keyof typeof TOPICS;
