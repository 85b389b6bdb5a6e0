const CHUNK = 16_384;

/** Numbers that keep coming; they are copied once, when their count is known. */
export class GrowingColumn {
  #full: Float64Array[] = [];
  #last = new Float64Array(CHUNK);
  #used = 0;

  push(value: number): void {
    if (this.#used === CHUNK) {
      this.#full.push(this.#last);
      this.#last = new Float64Array(CHUNK);
      this.#used = 0;
    }
    this.#last[this.#used] = value;
    this.#used += 1;
  }

  /** All values as one array; the column is empty afterwards, so that only one copy is kept. */
  drain(): Float64Array<ArrayBuffer> {
    const all = new Float64Array(this.#full.length * CHUNK + this.#used);
    for (const [at, chunk] of this.#full.entries()) all.set(chunk, at * CHUNK);
    all.set(this.#last.subarray(0, this.#used), this.#full.length * CHUNK);
    this.#full = [];
    this.#used = 0;
    return all;
  }
}

export const PRICES = ["open", "high", "low", "close"] as const;

/** Rows as they stand in the file, in its order: prices may be NaN, times may repeat or fall. */
export interface RawRows {
  /** Ms since 1970, UTC; NaN for a local time that never was. */
  times: Float64Array<ArrayBuffer>;
  open: Float64Array<ArrayBuffer>;
  high: Float64Array<ArrayBuffer>;
  low: Float64Array<ArrayBuffer>;
  close: Float64Array<ArrayBuffer>;
  /** NaN where it isn't given. */
  volume: Float64Array<ArrayBuffer>;
  /** Numbers of the rows in the file, the header's being 1. */
  rows: Float64Array<ArrayBuffer>;
}

/** The rows of one symbol while they are read; `moment` and `offset` are what the clock of the reader makes of dates. */
export class RowColumns {
  readonly moment = new GrowingColumn();
  readonly offset = new GrowingColumn();
  readonly open = new GrowingColumn();
  readonly high = new GrowingColumn();
  readonly low = new GrowingColumn();
  readonly close = new GrowingColumn();
  readonly volume = new GrowingColumn();
  readonly rows = new GrowingColumn();
}
