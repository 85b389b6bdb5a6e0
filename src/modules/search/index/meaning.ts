import { FLOOR_RANK, scaleOf } from "../ranking/scale.ts";
import type { VectorMatrix } from "../vectors/matrix.ts";
import { topOf } from "../vectors/top.ts";
import type { Allowed, Scored } from "./lexical.ts";

/** How near every passage is to a query by one kind of vector. */
export interface Nearness {
  /** The nearest passages, best first. */
  best: Scored[];
  /** From 0 at the hundredth best to 1 at the best. */
  signal(row: number): number;
}

/** Scans all vectors. Rows of documents that aren't allowed count as far away. */
export function nearness(
  matrix: VectorMatrix,
  query: Float32Array,
  owners: Int32Array,
  allowed: Allowed,
): Nearness {
  const cosines = matrix.scan(query);
  if (allowed) {
    for (let row = 0; row < cosines.length; row += 1) {
      if (!allowed.has(owners[row] ?? 0)) cosines[row] = 0;
    }
  }
  const best = topOf(cosines, FLOOR_RANK).filter(({ score }) => score > 0);
  const scale = scaleOf(best[0]?.score, best[FLOOR_RANK - 1]?.score);
  return { best, signal: (row) => scale(cosines[row] ?? 0) };
}

/** As much as the best passages pull the query towards them. */
const PULL = 0.5;

/** The query moved towards the mean of the passages: pseudo-relevance feedback among unit vectors. */
export function movedTowards(
  query: Float32Array,
  matrix: VectorMatrix,
  rows: readonly number[],
): Float32Array {
  const vectors = rows.flatMap((row) => matrix.get(row) ?? []);
  if (vectors.length === 0) return query;
  const moved = Float32Array.from(query);
  for (const vector of vectors) {
    for (let at = 0; at < moved.length; at += 1) {
      moved[at] = (moved[at] ?? 0) + (PULL * (vector[at] ?? 0)) / vectors.length;
    }
  }
  return moved;
}
