import type { Plan } from "../directory/policy.ts";

/** By how much a key's rate limits may be stretched on each plan. */
export const MAX_RATE_MULTIPLIER: Record<Plan, number> = { free: 1, starter: 2, pro: 5, enterprise: 10 };
