import type { ChunkId } from "../../../platform/ids.ts";
import type { VectorMatrix } from "../vectors/matrix.ts";
import { topOf } from "../vectors/top.ts";
import type { Library } from "./library.ts";
import { hitsOf, rowsOfIds } from "./passages.ts";
import type { IndexHit } from "./types.ts";

/** Whose passages are looked through: those of other documents than the passage's own, or all. */
export const SCOPES = ["other", "any"] as const;

export interface SimilarQuery {
  chunk: ChunkId;
  document: (typeof SCOPES)[number];
  limit: number;
}

export interface SimilarPassages {
  /** The nearest first; `score` is the cosine, 0 to 1. */
  hits: (IndexHit & { score: number })[];
  /** Whether the library's own topics were compared, or the meaning of words alone. */
  trained: boolean;
}

/** The passages whose topics are nearest to the passage's own, itself left out; undefined where there is no such one. */
export function similarTo(
  library: Library,
  { chunk, document, limit }: SimilarQuery,
): SimilarPassages | undefined {
  const { side, sql, vectors } = library;
  const row = rowsOfIds(sql, side, [chunk]).get(chunk);
  if (row === undefined) return undefined;
  const { matrix, trained } = meaningOf(library, row);
  const vector = matrix.get(row);
  if (vector === undefined) return { hits: [], trained };
  const cosines = matrix.scan(vector);
  const owners = vectors.owners(side);
  const own = owners[row];
  cosines[row] = 0;
  if (document === "other") {
    for (let at = 0; at < cosines.length; at += 1) if (owners[at] === own) cosines[at] = 0;
  }
  const nearest = topOf(cosines, limit).filter(({ score }) => score > 0);
  const hits = hitsOf(
    sql,
    side,
    nearest.map((one) => one.row),
    new Set(),
  );
  return {
    trained,
    hits: nearest.flatMap(({ row: at, score }) => {
      const hit = hits.get(at);
      return hit === undefined ? [] : [{ ...hit, score: Math.min(1, score) }];
    }),
  };
}

/** The vectors to compare the passage by: topics, or those of words where it has no topics. */
function meaningOf(
  { side, topics, vectors, words }: Library,
  row: number,
): { matrix: VectorMatrix; trained: boolean } {
  const matrix = topics && vectors.matrix(side, `topics-${topics.number}`, topics.model.dimensions);
  if (matrix?.get(row)) return { matrix, trained: true };
  return { matrix: vectors.matrix(side, "words", words.dimensions), trained: false };
}
