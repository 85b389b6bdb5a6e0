import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../platform/clock.ts";

/** The ways in that somebody may guess at. Each counts for itself, so that one can't use up another's patience. */
export type Way = "password" | "code" | "refresh" | "key" | "bootstrap";

/**
 * How long a way stays shut after failures: open for the first `free`, then `first_ms`, doubling with every further
 * failure up to `most_ms`. It always opens again, and a quiet `forget_ms` forgives all.
 */
export interface Patience {
  free: number;
  first_ms: number;
  most_ms: number;
  forget_ms: number;
}

/** Of one account, wherever its guesser sits: ten guesses, then about a hundred a day. */
export const ACCOUNT_PATIENCE: Patience = {
  free: 10,
  first_ms: 30 * SECOND_MS,
  most_ms: 15 * MINUTE_MS,
  forget_ms: DAY_MS,
};

const ADDRESS_FREE = 10;

/** Of one network, whatever accounts it tries. An office shares one, so it scales as the rate limits do. */
export function addressPatience(scale: number): Patience {
  return {
    free: Math.max(1, Math.round(ADDRESS_FREE * scale)),
    first_ms: MINUTE_MS,
    most_ms: HOUR_MS,
    forget_ms: DAY_MS,
  };
}
