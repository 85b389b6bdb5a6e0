/** Numbers from 0 to 1 that a seed decides (mulberry32). What they strike is decided by the order of events as well. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  hits(rate: number): boolean {
    return this.next() < rate;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** One of them, taken out. */
  take<T>(from: T[]): T | undefined {
    return from.splice(this.below(from.length), 1)[0];
  }
}
