/** What a query is after; it decides which tables are read and which passages fit. */
export const INTENTS = ["semantic", "exact", "code", "formula", "strategy", "concept"] as const;
export type Intent = (typeof INTENTS)[number];
