import type { RankSet } from "./rank-set.ts";
import type { Space } from "./space.ts";

const BLOCK = 1024;

/** Which ranks of a space are free, counted by blocks, so that the n-th is found by its number: a byte a point. */
export class Census {
  readonly #isFree: Uint8Array;
  readonly #counts: Uint16Array;
  #free = 0;

  /** Looks at every point of the space once. */
  constructor(space: Space, tried: RankSet) {
    this.#isFree = new Uint8Array(space.size);
    this.#counts = new Uint16Array(Math.ceil(space.size / BLOCK));
    for (let rank = 0; rank < space.size; rank += 1)
      if (!tried.has(rank) && space.isAllowed(space.pointOf(rank))) this.#set(rank, 1);
  }

  get free(): number {
    return this.#free;
  }

  use(rank: number): void {
    if (this.#isFree[rank] === 1) this.#set(rank, 0);
  }

  /** The n-th free rank, from 0; there must be more than n. */
  rankAt(n: number): number {
    let left = n;
    let block = 0;
    while (left >= (this.#counts[block] ?? 0) && block < this.#counts.length) {
      left -= this.#counts[block] ?? 0;
      block += 1;
    }
    for (let rank = block * BLOCK; rank < this.#isFree.length; rank += 1) {
      left -= this.#isFree[rank] ?? 0;
      if (left < 0) return rank;
    }
    throw new RangeError(`there are no ${n + 1} free points`);
  }

  #set(rank: number, isFree: 0 | 1): void {
    const change = isFree === 1 ? 1 : -1;
    const block = Math.floor(rank / BLOCK);
    this.#isFree[rank] = isFree;
    this.#counts[block] = (this.#counts[block] ?? 0) + change;
    this.#free += change;
  }
}
