import { SECOND_MS } from "../../platform/clock.ts";
import type { Database } from "../../platform/database.ts";
import type { Platform } from "../../platform/platform.ts";
import { newestStandingChange, selectStandingChanges } from "./standing-store.ts";

/** How long an isolate trusts what it once read of a caller, if the feed tells nothing else. */
const TRUSTED_MS = 30 * SECOND_MS;
/** The feed is read behind the answer after the first, before it after the second; so a change holds within two. */
const READ_AFTER_MS = SECOND_MS;
const BLOCK_AFTER_MS = 1.5 * SECOND_MS;
const MAX_KEPT = 5_000;
const MAX_CHANGES = 500;

interface Entry<T> {
  value: T;
  subjects: readonly string[];
  /** The feed's position before the value was read: any later change of a subject makes it worthless. */
  seq: number;
  good_until: number;
}

interface Known<T> {
  value: T;
  subjects: readonly string[];
  /** When the credential itself ends, in ms. */
  ends_at: number;
}

/**
 * What this isolate knows of callers, and the feed of changes that keeps it honest. The feed is a table of the
 * directory: a change enters it in its own batch, so there is no moment at which it holds and is not announced.
 */
export class Standings<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #changed = new Map<string, number>();
  #seq: number | undefined;
  /** Counts how often all was forgotten; what was being read meanwhile is not kept. */
  #epoch = 0;
  #read_at = Number.NEGATIVE_INFINITY;
  #reading = false;
  /** Counts the changes made here; a read of the feed that was on its way then may have missed one. */
  #distrusts = 0;

  /** The feed's position that all that is kept here has been checked against; 0 before anything is. */
  get position(): number {
    return this.#seq ?? 0;
  }

  /** The value behind a credential: from memory while no change is known, else by `load`, which tells its subjects. */
  async get(
    platform: Pick<Platform, "clock" | "db" | "defer">,
    credential: string,
    load: () => Promise<Known<T> | undefined>,
  ): Promise<T | undefined> {
    return (await this.find(platform, credential, load))?.value;
  }

  /** The same with the feed's position up to which no change has made it worthless. */
  async find(
    { clock, db, defer }: Pick<Platform, "clock" | "db" | "defer">,
    credential: string,
    load: () => Promise<Known<T> | undefined>,
  ): Promise<{ value: T; seq: number } | undefined> {
    const age_ms = clock.now() - this.#read_at;
    if (age_ms < 0 || age_ms >= BLOCK_AFTER_MS) await this.#readFeed(db, clock.now());
    else if (age_ms >= READ_AFTER_MS && !this.#reading) defer(this.#readFeed(db, clock.now()));
    const entry = this.#entries.get(credential);
    if (entry && entry.good_until > clock.now() && !this.#hasChanged(entry)) {
      return { value: entry.value, seq: this.position };
    }
    this.#entries.delete(credential);
    const [seq, epoch] = [this.position, this.#epoch];
    const known = await load();
    if (known === undefined || known.ends_at <= clock.now()) return undefined;
    if (epoch === this.#epoch) {
      if (this.#entries.size >= MAX_KEPT) this.#forgetOldest();
      const good_until = Math.min(known.ends_at, clock.now() + TRUSTED_MS);
      this.#entries.set(credential, { value: known.value, subjects: known.subjects, seq, good_until });
    }
    return { value: known.value, seq };
  }

  /** Makes the next call read the feed first, whatever its age. */
  distrust(): void {
    this.#distrusts += 1;
    this.#read_at = Number.NEGATIVE_INFINITY;
  }

  #hasChanged({ seq, subjects }: Entry<T>): boolean {
    return subjects.some((subject) => (this.#changed.get(subject) ?? 0) > seq);
  }

  /** Each caller reads for itself: a request may not wait for what another one has begun. */
  async #readFeed(db: Database, started_at: number): Promise<void> {
    this.#reading = true;
    const distrusts = this.#distrusts;
    try {
      await this.#follow(db);
      if (distrusts === this.#distrusts) this.#read_at = started_at;
    } finally {
      this.#reading = false;
    }
  }

  async #follow(db: Database): Promise<void> {
    if (this.#seq === undefined) {
      const newest = await newestStandingChange(db);
      const isFirst = this.#seq === undefined;
      this.#seq ??= newest;
      if (isFirst) return;
      // Another call was first and may trust something since: what has changed after it is not skipped.
    }
    for (let full = true; full; ) {
      const changes = await selectStandingChanges(db, this.#seq, MAX_CHANGES);
      for (const { seq, subject } of changes) {
        this.#changed.set(subject, seq);
        this.#seq = Math.max(this.#seq, seq);
      }
      full = changes.length === MAX_CHANGES;
    }
    if (this.#changed.size <= MAX_KEPT) return;
    this.#epoch += 1;
    this.#entries.clear();
    this.#changed.clear();
  }

  #forgetOldest(): void {
    for (const credential of this.#entries.keys()) {
      this.#entries.delete(credential);
      if (this.#entries.size <= MAX_KEPT * 0.9) return;
    }
  }
}
