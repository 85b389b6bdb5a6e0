import { REPLAY_WINDOW } from "./policy.ts";

interface Row {
  [column: string]: SqlStorageValue;
  seq: number;
  at: number;
  data: string;
}

export interface LoggedEvent<Data> {
  seq: number;
  at: number;
  data: Data;
}

/** The numbered events of an object, in its own SQLite: the latest `REPLAY_WINDOW` can be read again. */
export class EventLog<Data> {
  readonly #sql: SqlStorage;
  #seq: number;

  constructor({ sql }: DurableObjectStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, data TEXT NOT NULL)",
    );
    this.#seq = sql.exec<{ seq: number }>("SELECT coalesce(max(seq), 0) AS seq FROM log").one().seq;
  }

  get seq(): number {
    return this.#seq;
  }

  append(data: Data, at: number): LoggedEvent<Data> {
    const seq = this.#seq + 1;
    this.#sql.exec("INSERT INTO log VALUES (?, ?, ?)", seq, at, JSON.stringify(data));
    this.#sql.exec("DELETE FROM log WHERE seq <= ?", seq - REPLAY_WINDOW);
    this.#seq = seq;
    return { seq, at, data };
  }

  /** Keeps none of them; the numbers go on. */
  forget(): void {
    this.#sql.exec("DELETE FROM log");
  }

  /** The events after a number without a hole, or undefined where some are no longer kept, or never were. */
  after(seq: number): LoggedEvent<Data>[] | undefined {
    if (seq > this.#seq) return undefined;
    const rows = this.#sql
      .exec<Row>("SELECT seq, at, data FROM log WHERE seq > ? ORDER BY seq", seq)
      .toArray();
    if (rows.length !== this.#seq - seq) return undefined;
    return rows.map((row) => ({ seq: row.seq, at: row.at, data: JSON.parse(row.data) }));
  }
}
