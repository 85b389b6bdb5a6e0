import type { AuditEntry, AuditSource } from "../audit/record.ts";
import type { Job, JobEvent, JsonValue } from "./job.ts";
import { type Baseline, isFinal, KEPT_AFTER_END_MS, MAX_EVENTS, mayBecome, READ_MODEL_MS } from "./policy.ts";

/** Who steered the job and how: a row of the audit log that goes into the read model's next batch. */
export type Steered = Omit<AuditSource, "db" | "clock"> & AuditEntry;

/** What the room of a job remembers. Times are milliseconds since 1970. */
export interface RoomState {
  job: Job;
  checkpoint: JsonValue;
  lease: { id: string; expires_at: number } | null;
  /** Slices in a row that failed or were lost since the last checkpoint; after the end, asked settlings. */
  failures: number;
  /** When the room must act by itself: ask for a slice after a back-off or a wait, or again for the aftermath. */
  act_at: number | null;
  /** The last of the turnstile's grants that was used: of copies of a message one is good for a slice. */
  grant: number;
  /** It was woken while a worker had it, so that worker's wait ends at once. */
  woken: boolean;
  baseline: Baseline | null;
  /** Rows of the audit log that are still to be written. */
  steered: Steered[];
  /** Whether the job's aftermath has been confirmed; means nothing before a final state. */
  settled: boolean;
  /** The event up to which D1's read model has followed, and when it did. */
  read_model_seq: number;
  read_model_at: number;
}

/** The room's storage: one state and the latest events, changed together and synchronously. */
export class RoomRecord {
  readonly #storage: DurableObjectStorage;
  #state: RoomState | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#state = storage.kv.get<RoomState>("state");
  }

  get state(): RoomState | undefined {
    return this.#state;
  }

  /** Begins from the job's row: whoever asked for it has sent its first message, or the outbox will. */
  begin(job: Job, now: number): void {
    this.#storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, data TEXT NOT NULL)",
    );
    this.save({
      job,
      checkpoint: null,
      lease: null,
      failures: 0,
      act_at: null,
      grant: 0,
      woken: false,
      baseline: null,
      steered: [],
      settled: isFinal(job.status),
      read_model_seq: job.seq,
      read_model_at: now,
    });
  }

  /** Leaves nothing behind; the next call begins anew from the job's row. */
  async forget(): Promise<void> {
    this.#state = undefined;
    await this.#storage.deleteAll();
  }

  /** Keeps what is no event: leases, checkpoints, bookkeeping. */
  save(state: RoomState): void {
    this.#state = state;
    this.#storage.kv.put("state", state);
  }

  /**
   * Applies a change to the job and numbers it. Throws on a transition that the table does not have, which callers
   * rule out before; so no path can leave a final state.
   */
  append(state: RoomState, data: JobEvent["data"], at: number): JobEvent {
    const { job } = state;
    if (data.status === undefined ? isFinal(job.status) : !mayBecome(job.status, data.status)) {
      throw new Error(`a job can't go from ${job.status} to ${data.status ?? job.status}`);
    }
    const event: JobEvent = { seq: job.seq + 1, at, data };
    const ended = data.status !== undefined && isFinal(data.status);
    const next = { ...job, ...data, seq: event.seq, finished_at: ended ? at : job.finished_at };
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("INSERT INTO events VALUES (?, ?, ?)", event.seq, at, JSON.stringify(data));
      this.#storage.sql.exec("DELETE FROM events WHERE seq <= ?", event.seq - MAX_EVENTS);
      this.save({ ...state, job: next });
    });
    return event;
  }

  /** The events after `seq` without a hole, or undefined where some of them are no longer kept. */
  eventsAfter(seq: number): JobEvent[] | undefined {
    const latest = this.#state?.job.seq ?? 0;
    if (seq > latest) return undefined;
    const rows = this.#storage.sql
      .exec<{ seq: number; at: number; data: string }>(
        "SELECT seq, at, data FROM events WHERE seq > ? ORDER BY seq",
        seq,
      )
      .toArray();
    if (rows.length !== latest - seq) return undefined;
    return rows.map((row) => ({ seq: row.seq, at: row.at, data: JSON.parse(row.data) }));
  }
}

/** When the room must look after itself next: lost lease, deadline, late read model, heartbeat, clean-up. */
export function nextDue(state: RoomState, heartbeat_at: number | undefined): number | undefined {
  const due: number[] = [];
  const { job } = state;
  if (isFinal(job.status)) {
    due.push(
      state.settled || state.act_at === null ? (job.finished_at ?? 0) + KEPT_AFTER_END_MS : state.act_at,
    );
  } else {
    if (state.lease !== null) due.push(state.lease.expires_at);
    else if (job.status === "cancelling") due.push(0);
    else if (state.act_at !== null) due.push(state.act_at);
    if (job.expires_at !== null && state.lease === null) due.push(job.expires_at);
  }
  if (state.read_model_seq < job.seq) due.push(state.read_model_at + READ_MODEL_MS);
  if (heartbeat_at !== undefined) due.push(heartbeat_at);
  return due.length > 0 ? Math.min(...due) : undefined;
}
