import type { Outcome } from "./sampler.ts";

/** An outcome as one number to compare by: feasible before not, less violation before more, then the loss; failures last. */
export interface Standing {
  violation: number;
  loss: number;
  rank: number;
}

export const standingOf = ({ losses, violation }: Outcome, rank: number, loss = losses[0]): Standing => ({
  violation: Number.isNaN(violation) ? Number.POSITIVE_INFINITY : violation,
  loss: loss === undefined || Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss,
  rank,
});

/** Below 0 where the first is better (Deb's rules, 2000); of equal ones the lower rank is. */
export function compare(a: Standing, b: Standing): number {
  if (a.violation !== b.violation) return a.violation < b.violation ? -1 : 1;
  if (a.loss !== b.loss) return a.loss < b.loss ? -1 : 1;
  return a.rank - b.rank;
}

/** The best of all that were noted, best first, `most` of them at most. */
export class Best<T> {
  readonly #most: number;
  readonly #kept: { standing: Standing; item: T }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether it is the best of all so far. */
  note(standing: Standing, item: T): boolean {
    const last = this.#kept.at(-1);
    if (this.#kept.length === this.#most && last && compare(standing, last.standing) >= 0) return false;
    let [low, high] = [0, this.#kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const known = this.#kept[middle];
      if (known && compare(known.standing, standing) <= 0) low = middle + 1;
      else high = middle;
    }
    this.#kept.splice(low, 0, { standing, item });
    if (this.#kept.length > this.#most) this.#kept.pop();
    return low === 0;
  }

  list(): T[] {
    return this.#kept.map(({ item }) => item);
  }
}
