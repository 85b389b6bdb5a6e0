import type { Clock } from "./clock.ts";
import { SECOND_MS } from "./clock.ts";
import type { Cost } from "./cost.ts";

const SHARDS = 4;
const REFRESH_MS = 10 * SECOND_MS;
const MAX_KEPT = 10_000;
/** An isolate holds back at most this share of a limit before it writes. */
const HELD_BACK = 1 / 50;

interface Count {
  window_end: number;
  /** What all shards together said when they were last read, our own written part included. */
  written: number;
  /** What this isolate last wrote to its shard; KV may go on answering what stood there before. */
  own: number;
  pending: number;
  read_at: number;
  flushed_at: number;
}

const counts = new Map<string, Count>();
const ownShard = Math.floor(Math.random() * SHARDS);

export interface RateWindow {
  used: number;
  resets_at: number;
}

/**
 * Counts hits in fixed windows over KV, written behind: at most one write a second per key and isolate, and none
 * while under 2 % of the limit or ten seconds are pending. So a count lags by what other isolates hold back and by
 * KV's own delay (up to a minute); it never counts a call that was not made.
 */
export class RateCounter {
  readonly #kv: KVNamespace;
  readonly #clock: Clock;
  readonly #cost: Cost;
  readonly #defer: (work: Promise<unknown>) => void;

  constructor(kv: KVNamespace, clock: Clock, cost: Cost, defer: (work: Promise<unknown>) => void) {
    this.#kv = kv;
    this.#clock = clock;
    this.#cost = cost;
    this.#defer = defer;
  }

  async hit(name: string, limit: number, window_ms: number): Promise<RateWindow> {
    const now = this.#clock.now();
    const window_start = now - (now % window_ms);
    const key = `${name}:${window_start}`;
    const count = counts.get(key) ?? (await this.#load(key, window_start + window_ms));
    count.pending += 1;
    const idle_ms = now - count.flushed_at;
    if (idle_ms >= SECOND_MS && (count.pending >= limit * HELD_BACK || idle_ms >= REFRESH_MS)) {
      count.flushed_at = now;
      this.#defer(this.#flush(key, count));
    } else if (now - count.read_at >= REFRESH_MS) {
      count.read_at = now;
      this.#defer(
        this.#read(key).then((shards) => {
          count.written = Math.max(count.written, sum(shards));
        }),
      );
    }
    return { used: count.written + count.pending, resets_at: count.window_end };
  }

  async #load(key: string, window_end: number): Promise<Count> {
    const now = this.#clock.now();
    if (counts.size >= MAX_KEPT) forgetOld(now);
    const count = { window_end, written: 0, own: 0, pending: 0, read_at: now, flushed_at: 0 };
    counts.set(key, count);
    count.written = Math.max(count.written, sum(await this.#read(key)));
    return count;
  }

  async #read(key: string): Promise<number[]> {
    const names = Array.from({ length: SHARDS }, (_, shard) => `${key}:${shard}`);
    const values = await this.#kv.get(names);
    this.#cost.kv_reads += 1;
    return names.map((name) => Number(values.get(name) ?? 0));
  }

  async #flush(key: string, count: Count): Promise<void> {
    const adding = count.pending;
    const shards = await this.#read(key);
    const seen = shards[ownShard] ?? 0;
    const own = Math.max(seen, count.own) + adding;
    const seconds_left = Math.ceil((count.window_end - this.#clock.now()) / SECOND_MS);
    await this.#kv.put(`${key}:${ownShard}`, String(own), { expirationTtl: Math.max(60, seconds_left + 60) });
    this.#cost.kv_writes += 1;
    count.own = own;
    count.written = Math.max(count.written + adding, sum(shards) - seen + own);
    count.pending -= adding;
    count.read_at = this.#clock.now();
  }
}

/** Drops ended windows, then the oldest, until a tenth is free. */
function forgetOld(now: number): void {
  for (const [key, count] of counts) if (count.window_end <= now) counts.delete(key);
  for (const key of counts.keys()) {
    if (counts.size <= MAX_KEPT * 0.9) return;
    counts.delete(key);
  }
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
