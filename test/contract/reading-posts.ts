interface Reading {
  reason: string;
  /** A body that finds what every desk of the test world has. */
  json?: unknown;
  finds?: boolean;
}

/** POSTs that change nothing: no audit row is expected of them, and what they show must be the desk's own. */
export const READING_POSTS: Record<string, Reading> = {
  "POST /v1/search": {
    reason: "a query; its words are a POST for their length",
    json: { query: "breakout of a quiet range", limit: 100 },
    finds: true,
  },
  "POST /v1/strategies/{name}/validate": { reason: "a question about the catalogue, which is everybody's" },
};
