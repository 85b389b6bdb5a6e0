/** A socket's subscription to a job; `seq` is the last number that was forwarded, null before the first. */
export interface Subscription {
  [column: string]: SqlStorageValue;
  socket: string;
  job_id: string;
  seq: number | null;
}

/** The subscriptions of all sockets of a feed, kept so that an evicted feed takes them up where it was. */
export class SubscriptionRecord {
  readonly #sql: SqlStorage;

  constructor({ sql }: DurableObjectStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS subscriptions
        (socket TEXT NOT NULL, job_id TEXT NOT NULL, seq INTEGER, PRIMARY KEY (socket, job_id)) WITHOUT ROWID`);
  }

  get all(): Subscription[] {
    return this.#sql.exec<Subscription>("SELECT socket, job_id, seq FROM subscriptions").toArray();
  }

  find(socket: string, job_id: string): Subscription | undefined {
    return this.#sql
      .exec<Subscription>(
        "SELECT socket, job_id, seq FROM subscriptions WHERE socket = ? AND job_id = ?",
        socket,
        job_id,
      )
      .toArray()[0];
  }

  countOf(socket: string): number {
    return this.#sql
      .exec<{ n: number }>("SELECT count(*) AS n FROM subscriptions WHERE socket = ?", socket)
      .one().n;
  }

  save({ job_id, seq, socket }: Subscription): void {
    this.#sql.exec("INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?)", socket, job_id, seq);
  }

  drop({ job_id, socket }: Pick<Subscription, "socket" | "job_id">): void {
    this.#sql.exec("DELETE FROM subscriptions WHERE socket = ? AND job_id = ?", socket, job_id);
  }
}
