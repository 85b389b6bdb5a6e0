/** What stands among others by several losses, all of them numbers. */
export interface Judged {
  readonly losses: readonly number[];
  /** Of its point: of equals the lower goes first. */
  readonly rank: number;
}

/** Better in one loss and worse in none. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let isBetter = false;
  for (let at = 0; at < a.length; at += 1) {
    const [loss, other] = [a[at] ?? 0, b[at] ?? 0];
    if (loss > other) return false;
    if (loss < other) isBetter = true;
  }
  return isBetter;
}

/** By the first loss, then the others: what dominates another always comes before it. */
export function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at += 1) {
    const [loss, other] = [a[at] ?? 0, b[at] ?? 0];
    if (loss !== other) return loss < other ? -1 : 1;
  }
  return 0;
}

/** Front by front, each without those that the fronts before it dominate (non-dominated sorting, Deb 2002). */
export function frontsOf<T extends Judged>(all: readonly T[]): T[][] {
  const fronts: T[][] = [];
  for (const one of all.toSorted((a, b) => firstDifference(a.losses, b.losses) || a.rank - b.rank)) {
    const front = fronts.find((members) => !members.some(({ losses }) => dominates(losses, one.losses)));
    if (front) front.push(one);
    else fronts.push([one]);
  }
  return fronts;
}

/**
 * How far each stands from its two neighbours in every objective, as parts of the span; infinite at the ends (crowding distance,
 * Deb 2002).
 */
export function crowdingOf(members: readonly Judged[]): Float64Array {
  const crowding = new Float64Array(members.length);
  const objectives = members[0]?.losses.length ?? 0;
  for (let objective = 0; objective < objectives; objective += 1) {
    const lossOf = (at: number | undefined) => members[at ?? 0]?.losses[objective] ?? 0;
    const rankOf = (at: number) => members[at]?.rank ?? 0;
    const order = members.map((_, at) => at);
    order.sort((a, b) => Math.sign(lossOf(a) - lossOf(b)) || rankOf(a) - rankOf(b));
    const span = lossOf(order.at(-1)) - lossOf(order[0]);
    for (const [place, at] of order.entries()) {
      const isEnd = place === 0 || place === order.length - 1;
      const distance = span > 0 ? (lossOf(order[place + 1]) - lossOf(order[place - 1])) / span : 0;
      crowding[at] = (crowding[at] ?? 0) + (isEnd ? Number.POSITIVE_INFINITY : distance);
    }
  }
  return crowding;
}
