import type { Job, JobEvent, JsonValue } from "./job.ts";
import { isFinal, KEPT_AFTER_END_MS, MAX_EVENTS, mayBecome, READ_MODEL_MS } from "./policy.ts";

/** What the room of a job remembers. Times are milliseconds since 1970. */
export interface RoomState {
  job: Job;
  checkpoint: JsonValue;
  lease: { id: string; expires_at: number } | null;
  /** Slices in a row that failed or were lost since the last checkpoint; after the end, asked settlings. */
  failures: number;
  /** When the message that was sent should have led to a lease, or to a settled end; past it, it counts as lost. */
  expect_by: number;
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

  begin(state: RoomState): void {
    this.#storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, data TEXT NOT NULL)",
    );
    this.save(state);
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

/** When the room must look after itself next: lost lease or message, late read model, heartbeat, clean-up. */
export function nextDue(state: RoomState, heartbeat_at: number | undefined): number | undefined {
  const due: number[] = [];
  if (isFinal(state.job.status)) {
    due.push(state.settled ? (state.job.finished_at ?? 0) + KEPT_AFTER_END_MS : state.expect_by);
  } else if (state.job.status !== "paused") {
    due.push(state.lease === null ? state.expect_by : state.lease.expires_at);
  }
  if (state.read_model_seq < state.job.seq) due.push(state.read_model_at + READ_MODEL_MS);
  if (heartbeat_at !== undefined) due.push(heartbeat_at);
  return due.length > 0 ? Math.min(...due) : undefined;
}
