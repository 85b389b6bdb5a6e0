import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../platform/clock.ts";

/** Webhooks that a desk may have, enabled or not: as many deliveries as one event makes at most. */
export const MAX_WEBHOOKS = 20;
export const MAX_URL_LENGTH = 2_000;
/** The largest body that is sent; an event with more is told without its data. */
export const MAX_BODY_BYTES = 20_000;
/** Deliveries and their attempts are forgotten after this. */
export const DELIVERIES_KEPT_MS = 30 * DAY_MS;
/** How long the secret before still signs, beside the new one. */
export const ROTATION_OVERLAP_MS = DAY_MS;

/** The waits after each attempt that failed, as Standard Webhooks suggests: eight attempts in some 28 hours. */
const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
] as const;
export const MAX_ATTEMPTS = WAITS_MS.length + 1;
/** The longest wait that a receiver may ask for by `Retry-After`. */
export const MAX_RETRY_AFTER_MS = 12 * HOUR_MS;
/** Up to a fifth longer, so that what failed together does not come back together. */
const JITTER = 0.2;

/** When a delivery is tried again after this many attempts, or undefined where it is given up. */
export function nextAttempt(
  { attempts, id }: { attempts: number; id: string },
  now: number,
  retry_after_ms: number,
): number | undefined {
  const wait_ms = WAITS_MS[attempts - 1];
  if (wait_ms === undefined) return undefined;
  const stretched = Math.round(wait_ms * (1 + JITTER * fractionOf(id)));
  return now + Math.max(stretched, Math.min(retry_after_ms, MAX_RETRY_AFTER_MS));
}

/** From 0 to 1, by the last digits of an id, which are random; the same id always gives the same. */
const fractionOf = (id: string): number => Number.parseInt(id.slice(-4), 16) / 0xffff;

/** The wait in a `Retry-After`, given in seconds or as a date; 0 where it says nothing that makes sense. */
export function retryAfterMs(header: string | null, now: number): number {
  if (header === null) return 0;
  const wait_ms = /^\d{1,9}$/.test(header) ? Number(header) * SECOND_MS : Date.parse(header) - now;
  return Number.isFinite(wait_ms) ? Math.max(wait_ms, 0) : 0;
}

/** Retries that are sooner than this ride on the queue; the others wait for the cron, which is exact to a minute. */
export const QUEUED_RETRY_MS = 10 * MINUTE_MS;
/** A claimed delivery is tried again by then, if whoever claimed it was never heard of; longer than any call. */
export const CLAIM_MS = 2 * MINUTE_MS;

/** A webhook is disabled when it gives up a delivery and nothing has come through for this long. */
export const FAILING_MS = 3 * DAY_MS;

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;
/** The receiver says that it is gone for good. */
export const GONE = 410;

export type AttemptError =
  | "redirect"
  | "status"
  | "gone"
  | "timeout"
  | "connection"
  | "unresolved"
  | "refused"
  | "no_outcome";

/** How an attempt ended. */
export interface AttemptResult {
  status: number | null;
  error: AttemptError | null;
  duration_ms: number | null;
}

/** What is wrong with an answer of this status; undefined where it is a success. */
export function errorOfStatus(status: number): AttemptError | undefined {
  if (isSuccess(status)) return undefined;
  if (status === GONE) return "gone";
  return status >= 300 && status < 400 ? "redirect" : "status";
}

/** What other people may be told of an address: its query may hold a secret. */
export function withoutQuery(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}
