import { DAY_MS, HOUR_MS } from "../../platform/clock.ts";

/** Keys that a desk may have in force at once. */
export const MAX_KEYS = 50;
export const MAX_ADDRESSES = 20;
export const MAX_EXPIRY_DAYS = 3_650;
export const MIN_RATE_MULTIPLIER = 0.1;
export const MAX_GRACE_HOURS = 168;
export const DEFAULT_GRACE_HOURS = 24;

export const expiryOf = (now: number, days: number | undefined): number | null =>
  days === undefined ? null : now + days * DAY_MS;

/** What is left of the secret before, once there is a new one: of grace, or nothing at all. */
export function formerSecret(hash: string, now: number, grace_hours: number) {
  if (grace_hours === 0) return { previous_hash: null, previous_until: null };
  return { previous_hash: hash, previous_until: now + grace_hours * HOUR_MS };
}
