import type { Outcome } from "./sampler.ts";

/** An outcome as one number to compare by: feasible before not, less violation before more, then the loss; failures last. */
export interface Standing {
  violation: number;
  loss: number;
  rank: number;
}

export function standingOf({ losses, violation }: Outcome, rank: number, of = losses[0]): Standing {
  const loss = of === undefined || Number.isNaN(of) ? Number.POSITIVE_INFINITY : of;
  const isFailure = Number.isNaN(violation) || (violation === 0 && loss === Number.POSITIVE_INFINITY);
  return { violation: isFailure ? Number.POSITIVE_INFINITY : violation, loss, rank };
}

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
    return this.place(standing, item).place === 0;
  }

  /** Where it stands among those kept, undefined for not at all, and which one went for it. */
  place(standing: Standing, item: T): { place: number | undefined; gone: T | undefined } {
    const last = this.#kept.at(-1);
    const isFull = this.#kept.length === this.#most;
    if (isFull && last && compare(standing, last.standing) >= 0) return { place: undefined, gone: item };
    let [low, high] = [0, this.#kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const known = this.#kept[middle];
      if (known && compare(known.standing, standing) <= 0) low = middle + 1;
      else high = middle;
    }
    this.#kept.splice(low, 0, { standing, item });
    return { place: low, gone: isFull ? this.#kept.pop()?.item : undefined };
  }

  list(): T[] {
    return this.#kept.map(({ item }) => item);
  }
}
