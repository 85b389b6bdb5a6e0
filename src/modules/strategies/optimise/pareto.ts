/** One point of a front. */
interface Member<T> {
  losses: readonly number[];
  rank: number;
  item: T;
}

/**
 * The outcomes that none other is better than in every objective (Pareto). Of more than `most` the ones that stand closest to
 * others go first, by crowding distance (Deb 2002); of equal ones the higher rank.
 */
export class ParetoFront<T> {
  readonly #most: number;
  #members: Member<T>[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Only feasible outcomes whose losses are all numbers belong here. */
  note(losses: readonly number[], rank: number, item: T): void {
    if (this.#members.some((one) => isCovered(losses, rank, one))) return;
    this.#members = this.#members.filter((one) => !dominates(losses, one.losses));
    this.#members.push({ losses, rank, item });
    if (this.#members.length > this.#most) this.#thin();
  }

  /** By the first objective, then the others, then rank. */
  list(): T[] {
    return this.#members
      .toSorted((a, b) => firstDifference(a.losses, b.losses) || a.rank - b.rank)
      .map(({ item }) => item);
  }

  #thin(): void {
    const crowding = crowdingOf(this.#members);
    let worst = 0;
    for (const [at, member] of this.#members.entries()) {
      const [here, there] = [crowding[at] ?? 0, crowding[worst] ?? 0];
      if (here < there || (here === there && member.rank > (this.#members[worst]?.rank ?? 0))) worst = at;
    }
    this.#members.splice(worst, 1);
  }
}

/** Better in one and worse in none. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let isBetter = false;
  for (const [at, loss] of a.entries()) {
    const other = b[at] ?? 0;
    if (loss > other) return false;
    if (loss < other) isBetter = true;
  }
  return isBetter;
}

/** Dominated, or the same with a lower rank. */
const isCovered = (losses: readonly number[], rank: number, by: Member<unknown>): boolean =>
  dominates(by.losses, losses) || (firstDifference(by.losses, losses) === 0 && by.rank <= rank);

function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (const [at, loss] of a.entries()) if (loss !== b[at]) return loss - (b[at] ?? 0);
  return 0;
}

function crowdingOf(members: readonly Member<unknown>[]): Float64Array {
  const crowding = new Float64Array(members.length);
  for (let objective = 0; objective < (members[0]?.losses.length ?? 0); objective += 1) {
    const lossOf = (at: number | undefined) => members[at ?? 0]?.losses[objective] ?? 0;
    const order = members.map((_, at) => at).sort((a, b) => lossOf(a) - lossOf(b) || a - b);
    const span = lossOf(order.at(-1)) - lossOf(order[0]);
    for (const [place, at] of order.entries()) {
      const isEnd = place === 0 || place === order.length - 1;
      const distance = span > 0 ? (lossOf(order[place + 1]) - lossOf(order[place - 1])) / span : 0;
      crowding[at] = (crowding[at] ?? 0) + (isEnd ? Number.POSITIVE_INFINITY : distance);
    }
  }
  return crowding;
}
