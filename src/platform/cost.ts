/** Billable operations of one request or message, counted by the adapters as they happen. */
export interface Cost {
  d1_queries: number;
  d1_rows_read: number;
  d1_rows_written: number;
  kv_reads: number;
  kv_writes: number;
  r2_reads: number;
  r2_writes: number;
  queue_sends: number;
  durable_object_calls: number;
  /** Of the search index; the other objects don't tell. */
  object_rows_read: number;
  ai_runs: number;
  vectorize_calls: number;
}

export function noCost(): Cost {
  return {
    d1_queries: 0,
    d1_rows_read: 0,
    d1_rows_written: 0,
    kv_reads: 0,
    kv_writes: 0,
    r2_reads: 0,
    r2_writes: 0,
    queue_sends: 0,
    durable_object_calls: 0,
    object_rows_read: 0,
    ai_runs: 0,
    vectorize_calls: 0,
  };
}

/** `d1_queries=1, d1_rows_read=3`: what was used, and nothing of what was not. */
export function costHeader(cost: Cost): string {
  const used = Object.entries(cost).filter(([, count]) => count > 0);
  return used.map(([name, count]) => `${name}=${count}`).join(", ") || "none";
}
