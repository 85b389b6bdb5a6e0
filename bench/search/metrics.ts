/** Measures of a ranking, as retrieval research defines them. Pure: everything is in the arguments. */

/** How relevant a document is to a query: above 0, and missing where it is not. */
export type Gains = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `depth`, from 0 to 1, with linear gain: Σ gain / log2(rank + 1),
 * over that of the best order there could be (Järvelin and Kekäläinen 2002). 0 where nothing is relevant.
 */
export function ndcg(ranking: readonly string[], gains: Gains, depth: number): number {
  const best = discounted([...gains.values()].sort((one, other) => other - one).slice(0, depth));
  const found = discounted(ranking.slice(0, depth).map((id) => gains.get(id) ?? 0));
  return best === 0 ? 0 : found / best;
}

const discounted = (gains: number[]): number =>
  gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);

/** The share of the relevant documents among the first `depth`. 0 where nothing is relevant. */
export function recall(ranking: readonly string[], gains: Gains, depth: number): number {
  const found = ranking.slice(0, depth).filter((id) => gains.has(id)).length;
  return gains.size === 0 ? 0 : found / gains.size;
}

/** 1 / the rank of the first relevant document, or 0 where none was found. */
export function reciprocalRank(ranking: readonly string[], gains: Gains): number {
  const at = ranking.findIndex((id) => gains.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/** The smallest value that at least this share (0 to 1) of the values does not exceed. NaN where there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The arithmetic mean. NaN where there are none. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
