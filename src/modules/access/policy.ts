/** What a desk may be on, the smallest first; what each includes is decided where it is used. */
export const PLANS = ["free", "starter", "pro", "enterprise"] as const;
