import type { RankSet } from "./rank-set.ts";
import type { Space } from "./space.ts";

const BLOCK = 1024;

/** Which ranks of a space are free, counted by blocks, so that the n-th is found by its number: a bit a point. */
export class Census {
  readonly #bits: Uint32Array;
  readonly #counts: Uint16Array;
  #free = 0;

  /** Looks at every point of the space once. */
  constructor(space: Space, tried: RankSet) {
    this.#bits = new Uint32Array(Math.ceil(space.size / 32));
    this.#counts = new Uint16Array(Math.ceil(space.size / BLOCK));
    let rank = space.nextAllowed(0);
    while (rank !== undefined) {
      if (!tried.has(rank)) this.#turn(rank, 1);
      rank = space.nextAllowed(rank + 1);
    }
  }

  get free(): number {
    return this.#free;
  }

  use(rank: number): void {
    if (this.#isFree(rank)) this.#turn(rank, -1);
  }

  /** The n-th free rank, from 0; there must be more than n. */
  rankAt(n: number): number {
    let left = n;
    let block = 0;
    while (left >= (this.#counts[block] ?? 0) && block < this.#counts.length) {
      left -= this.#counts[block] ?? 0;
      block += 1;
    }
    for (let rank = block * BLOCK; rank < this.#bits.length * 32; rank += 1) {
      if (!this.#isFree(rank)) continue;
      if (left === 0) return rank;
      left -= 1;
    }
    throw new RangeError(`there are no ${n + 1} free points`);
  }

  #isFree(rank: number): boolean {
    return (((this.#bits[rank >>> 5] ?? 0) >>> (rank & 31)) & 1) === 1;
  }

  #turn(rank: number, change: 1 | -1): void {
    const block = Math.floor(rank / BLOCK);
    this.#bits[rank >>> 5] = (this.#bits[rank >>> 5] ?? 0) ^ (1 << (rank & 31));
    this.#counts[block] = (this.#counts[block] ?? 0) + change;
    this.#free += change;
  }
}
