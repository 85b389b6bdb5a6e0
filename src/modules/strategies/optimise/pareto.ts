import { crowdingOf, dominates, firstDifference, type Judged } from "./dominance.ts";

interface Member<T> extends Judged {
  readonly item: T;
}

/**
 * The outcomes that none other is better than in every objective (Pareto); of equal ones the lowest rank. Of more than `most` the
 * one that stands closest to others goes, by crowding distance; of equal distances the highest rank.
 */
export class ParetoFront<T> {
  readonly #most: number;
  /** By the first loss, then the others. */
  readonly #members: Member<T>[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether it joins the front. Only feasible outcomes whose losses are all numbers belong here. */
  note(losses: readonly number[], rank: number, item: T): boolean {
    const place = this.#placeOf(losses);
    const equal = this.#members[place];
    if (equal && firstDifference(equal.losses, losses) === 0) {
      const isFirst = rank < equal.rank;
      if (isFirst) this.#members[place] = { losses, rank, item };
      return isFirst;
    }
    for (let before = place - 1; before >= 0; before -= 1)
      if (dominates(this.#members[before]?.losses ?? [], losses)) return false;
    const kept = this.#members.slice(place).filter((one) => !dominates(losses, one.losses));
    this.#members.splice(place, this.#members.length - place, { losses, rank, item }, ...kept);
    return this.#members.length <= this.#most || this.#withoutCrowded() !== item;
  }

  /** By the first objective, then the others. */
  list(): T[] {
    return this.#members.map(({ item }) => item);
  }

  /** Where those begin that come not before such losses. */
  #placeOf(losses: readonly number[]): number {
    let [low, high] = [0, this.#members.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (firstDifference(this.#members[middle]?.losses ?? [], losses) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #withoutCrowded(): T | undefined {
    const crowding = crowdingOf(this.#members);
    let worst = 0;
    for (const [at, { rank }] of this.#members.entries()) {
      const [here, there] = [crowding[at] ?? 0, crowding[worst] ?? 0];
      if (here < there || (here === there && rank > (this.#members[worst]?.rank ?? 0))) worst = at;
    }
    return this.#members.splice(worst, 1)[0]?.item;
  }
}
