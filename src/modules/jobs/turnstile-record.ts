import { PRIORITIES, type Priority } from "./policy.ts";
import { NO_PASSES, type Passes, type Ticket } from "./turnstile-policy.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tickets (
    job_id TEXT PRIMARY KEY, type TEXT NOT NULL, at_once INTEGER, priority TEXT NOT NULL, started INTEGER NOT NULL,
    place INTEGER NOT NULL, granted INTEGER, sent INTEGER NOT NULL DEFAULT 0, resend_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS tickets_waiting ON tickets (priority, type, started DESC, place) WHERE granted IS NULL;
  CREATE INDEX IF NOT EXISTS tickets_granted ON tickets (resend_at) WHERE granted IS NOT NULL;
  CREATE TABLE IF NOT EXISTS types (type TEXT PRIMARY KEY, at_once INTEGER) STRICT, WITHOUT ROWID;
`;

export interface Granted {
  job_id: string;
  type: string;
  priority: Priority;
  /** Its number; a job's room takes each number once. */
  granted: number;
  /** How often its message was sent. */
  sent: number;
}

type Candidate = { job_id: string; started: number; place: number };
const inOrder = (a: Candidate, b: Candidate) => b.started - a.started || a.place - b.place;

/** A desk's tickets in its turnstile's SQLite: those that wait in their order, and those that were granted a slice. */
export class Tickets {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#sql.exec(SCHEMA);
  }

  /** The next number of its kind; places and grants share one row of numbers. */
  #number(): number {
    const next = (this.#storage.kv.get<number>("number") ?? 0) + 1;
    this.#storage.kv.put("number", next);
    return next;
  }

  get slots(): number | undefined {
    return this.#storage.kv.get<number>("slots");
  }

  set slots(slots: number) {
    this.#storage.kv.put("slots", slots);
  }

  get passes(): Passes {
    return this.#storage.kv.get<Passes>("passes") ?? NO_PASSES;
  }

  set passes(passes: Passes) {
    this.#storage.kv.put("passes", passes);
  }

  /** Lets it wait behind the others. One that waits already keeps its place; one that was granted gives that back. */
  wait({ at_once, job_id, priority, started, type }: Ticket): void {
    this.#sql.exec(
      `INSERT INTO tickets (job_id, type, at_once, priority, started, place) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (job_id) DO UPDATE SET priority = excluded.priority, started = excluded.started,
         place = iif(granted IS NULL, place, excluded.place), granted = NULL, sent = 0, resend_at = NULL`,
      ...[job_id, type, at_once, priority, Number(started), this.#number()],
    );
    this.#sql.exec(
      "INSERT INTO types VALUES (?, ?) ON CONFLICT (type) DO UPDATE SET at_once = excluded.at_once",
      ...[type, at_once],
    );
  }

  /** Takes the job's ticket out, or only one that was granted under this number. */
  drop(job_id: string, grant?: number): void {
    if (grant === undefined) this.#sql.exec("DELETE FROM tickets WHERE job_id = ?", job_id);
    else this.#sql.exec("DELETE FROM tickets WHERE job_id = ? AND granted = ?", job_id, grant);
  }

  /** The first ticket of each priority that may go now: of a type that has not all its slices, in a queue with room. */
  firsts(per_priority: number): Map<Priority, string> {
    const granted = this.#granted();
    const open = this.#types().filter(({ at_once, type }) => {
      return at_once === null || granted.filter((one) => one.type === type).length < at_once;
    });
    const firsts = new Map<Priority, string>();
    for (const priority of PRIORITIES) {
      if (granted.filter((one) => one.priority === priority).length >= per_priority) continue;
      const [first] = open.flatMap(({ type }) => this.#firstOf(priority, type)).sort(inOrder);
      if (first !== undefined) firsts.set(priority, first.job_id);
    }
    return firsts;
  }

  #firstOf(priority: Priority, type: string): Candidate[] {
    return this.#sql
      .exec<Candidate>(
        `SELECT job_id, started, place FROM tickets WHERE granted IS NULL AND priority = ? AND type = ?
         ORDER BY started DESC, place LIMIT 1`,
        ...[priority, type],
      )
      .toArray();
  }

  #types() {
    return this.#sql
      .exec<{ type: string; at_once: number | null }>("SELECT type, at_once FROM types")
      .toArray();
  }

  #granted() {
    return this.#sql
      .exec<{ type: string; priority: Priority }>(
        "SELECT type, priority FROM tickets WHERE granted IS NOT NULL",
      )
      .toArray();
  }

  get grantedCount(): number {
    return this.#granted().length;
  }

  grant(job_id: string, resend_at: number): Granted {
    return this.#sql
      .exec<Granted & Record<string, SqlStorageValue>>(
        `UPDATE tickets SET granted = ?, sent = 1, resend_at = ? WHERE job_id = ?
         RETURNING job_id, type, priority, granted, sent`,
        ...[this.#number(), resend_at, job_id],
      )
      .one();
  }

  /** Granted tickets of which nothing was heard until now. */
  unheard(now: number): Granted[] {
    return this.#sql
      .exec<Granted & Record<string, SqlStorageValue>>(
        "SELECT job_id, type, priority, granted, sent FROM tickets WHERE granted IS NOT NULL AND resend_at <= ?",
        now,
      )
      .toArray();
  }

  sentAgain(job_id: string): void {
    this.#sql.exec("UPDATE tickets SET sent = sent + 1 WHERE job_id = ?", job_id);
  }

  resendAt(job_id: string, resend_at: number): void {
    this.#sql.exec(
      "UPDATE tickets SET resend_at = ? WHERE job_id = ? AND granted IS NOT NULL",
      resend_at,
      job_id,
    );
  }

  /** When the first granted ticket is to be asked after. */
  nextResend(): number | undefined {
    const sql = "SELECT min(resend_at) AS at FROM tickets WHERE granted IS NOT NULL";
    return this.#sql.exec<{ at: number | null }>(sql).one().at ?? undefined;
  }
}
