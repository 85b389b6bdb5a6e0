/** The ranks of values from 1, equal ones sharing the middle of theirs; and how many values each group of equal ones has. */
export function middleRanks(values: Float64Array): { ranks: Float64Array; ties: number[] } {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  const ties: number[] = [];
  for (let from = 0; from < order.length; ) {
    const value = values[order[from] ?? 0];
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === value) to += 1;
    for (let at = from; at < to; at += 1) ranks[order[at] ?? 0] = (from + 1 + to) / 2;
    ties.push(to - from);
    from = to;
  }
  return { ranks, ties };
}

/** The rank from 1 of one value among all of them, equal ones sharing the middle of theirs. */
export function middleRank(values: Float64Array, at: number): number {
  const value = values[at] ?? 0;
  let below = 0;
  let equal = 0;
  for (const other of values) {
    if (other < value) below += 1;
    else if (other === value) equal += 1;
  }
  return below + (equal + 1) / 2;
}

/** The lowest index of the greatest value; 0 where there is none. */
export function indexOfGreatest(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) if ((values[at] ?? 0) > (values[best] ?? 0)) best = at;
  return best;
}
