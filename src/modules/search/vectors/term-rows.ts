/** A passage as the stems of its words, in any order and without function words. */
export interface PassageStems {
  readonly title: readonly string[];
  readonly body: readonly string[];
}

/** Words of a title count twice. */
const TITLE_WEIGHT = 2;
const MIN_PASSAGES = 2;
const MAX_TERMS = 30_000;

/** A sparse matrix by rows: those of row i are `columns` and `values` from `starts[i]` to `starts[i + 1]`. */
export interface SparseRows {
  starts: Uint32Array;
  columns: Uint32Array;
  values: Float32Array;
}

export interface Vocabulary {
  /** The number of each term, counted from the most frequent. */
  terms: ReadonlyMap<string, number>;
  /** How rare each is: ln(1 + (N − df + ½) / (df + ½)), as BM25 has it. */
  rarity: Float32Array;
  /** Pairs of a passage and a term in it. */
  pairs: number;
}

/** How often each stem occurs in a passage, the title's twice. */
export function stemCounts({ body, title }: PassageStems): Map<string, number> {
  const counts = new Map<string, number>();
  for (const stem of body) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  for (const stem of title) counts.set(stem, (counts.get(stem) ?? 0) + TITLE_WEIGHT);
  return counts;
}

/** What a term that occurs so often in a passage weighs there, before its rarity. */
export const frequencyWeight = (count: number) => 1 + Math.log(count);

/** The terms of at least two passages, at most 30,000 and of those the most frequent. */
export function vocabularyOf(passages: readonly PassageStems[]): Vocabulary {
  const frequencies = new Map<string, number>();
  for (const passage of passages) {
    for (const stem of stemCounts(passage).keys()) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
  }
  const kept = [...frequencies]
    .filter(([, frequency]) => frequency >= MIN_PASSAGES)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_TERMS);
  return {
    terms: new Map(kept.map(([stem], term) => [stem, term])),
    rarity: Float32Array.from(kept, ([, frequency]) =>
      Math.log(1 + (passages.length - frequency + 0.5) / (frequency + 0.5)),
    ),
    pairs: kept.reduce((sum, [, frequency]) => sum + frequency, 0),
  };
}

/** A row of length 1 for each passage: (1 + ln tf) · rarity for each of its terms. */
export function termRows(
  passages: readonly PassageStems[],
  { pairs, rarity, terms }: Vocabulary,
): SparseRows {
  const starts = new Uint32Array(passages.length + 1);
  const columns = new Uint32Array(pairs);
  const values = new Float32Array(pairs);
  let end = 0;
  for (const [row, passage] of passages.entries()) {
    const start = end;
    let squares = 0;
    for (const [stem, count] of stemCounts(passage)) {
      const term = terms.get(stem);
      if (term === undefined) continue;
      const value = frequencyWeight(count) * (rarity[term] ?? 0);
      squares += value * value;
      columns[end] = term;
      values[end] = value;
      end += 1;
    }
    const length = Math.sqrt(squares);
    for (let at = start; at < end; at += 1) values[at] = (values[at] ?? 0) / length;
    starts[row + 1] = end;
  }
  return { starts, columns, values };
}

/** AᵀA·V for the rows A and a row-major V of `width` columns: one step of a power iteration. */
export function powerStep(
  { columns, starts, values }: SparseRows,
  basis: Float32Array,
  width: number,
): Float32Array<ArrayBuffer> {
  const next = new Float32Array(basis.length);
  const projected = new Float64Array(width);
  for (let row = 0; row + 1 < starts.length; row += 1) {
    const [start = 0, end = 0] = [starts[row], starts[row + 1]];
    projected.fill(0);
    for (let at = start; at < end; at += 1) {
      const value = values[at] ?? 0;
      const from = (columns[at] ?? 0) * width;
      for (let j = 0; j < width; j += 1) projected[j] = (projected[j] ?? 0) + value * (basis[from + j] ?? 0);
    }
    for (let at = start; at < end; at += 1) {
      const value = values[at] ?? 0;
      const to = (columns[at] ?? 0) * width;
      for (let j = 0; j < width; j += 1) next[to + j] = (next[to + j] ?? 0) + value * (projected[j] ?? 0);
    }
  }
  return next;
}
