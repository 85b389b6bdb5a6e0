import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../../env.ts";
import { MINUTE_MS, systemClock } from "../../../platform/clock.ts";
import { setAlarmBy } from "../../../platform/durable-objects.ts";
import type { UserId } from "../../../platform/ids.ts";
import { normalisedStart, WINDOW_MS, WINDOWS, type Window } from "./policy.ts";
import { JournalReadings } from "./readings.ts";
import { JournalRecord } from "./record.ts";
import type { Analysis, SearchEntry, Trends } from "./types.ts";

/** What has left a window is gathered for so long; a reader doesn't wait for it. */
const GATHER_MS = 10 * MINUTE_MS;
/** Steps of an alarm for each window, the rest follows in another. */
const MAX_STEPS = 10;

/** What was searched on one desk, named by it, in the last 30 days. Every reading is exact to its moment `now`, in ms. */
export class SearchJournal extends DurableObject<Env> {
  readonly #record: JournalRecord;
  readonly #readings: JournalReadings;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#record = new JournalRecord(ctx.storage);
    this.#readings = new JournalReadings(ctx.storage.sql);
  }

  async note(entry: SearchEntry): Promise<void> {
    this.ctx.storage.transactionSync(() => this.#record.note(entry));
    await setAlarmBy(this.ctx.storage, entry.at + WINDOW_MS["1h"] + GATHER_MS);
  }

  trends(window: Window, user: UserId, limit: number, now: number): Trends {
    this.#advance(now);
    return this.#readings.trends(window, this.#record.states[window].cutoff, user, limit);
  }

  analyse(window: Window, now: number): Analysis {
    this.#advance(now);
    return {
      ...this.#readings.mostAsked(window),
      figures: this.#record.states[window].figures,
      active_users: this.#readings.activeUsers(window),
      journal_bytes: this.ctx.storage.sql.databaseSize,
    };
  }

  /** Past queries that begin so and found something: those of at least two people first, then the user's own. */
  complete(typed: string, user: UserId, limit: number): string[] {
    return this.#record.completions.complete(normalisedStart(typed), user, limit);
  }

  forget(user: UserId): void {
    this.ctx.storage.transactionSync(() => this.#record.forget(user));
  }

  override async alarm(): Promise<void> {
    const now = systemClock.now();
    const more = WINDOWS.some((window) => this.#step(window, now, MAX_STEPS));
    const next = this.#record.nextLeave();
    if (more) await setAlarmBy(this.ctx.storage, now);
    else if (next !== undefined) await setAlarmBy(this.ctx.storage, Math.max(now, next) + GATHER_MS);
  }

  /** Alarms keep what is left to do here to what has left since the last one. */
  #advance(now: number): void {
    for (const window of WINDOWS) this.#step(window, now, Number.POSITIVE_INFINITY);
  }

  /** True where more is left. The shorter windows go first: the longest forgets what leaves it. */
  #step(window: Window, now: number, most: number): boolean {
    for (let step = 0; step < most; step += 1) {
      if (!this.ctx.storage.transactionSync(() => this.#record.advance(window, now))) return false;
    }
    return true;
  }
}
