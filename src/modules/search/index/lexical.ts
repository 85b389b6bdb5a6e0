import type { Side } from "./schema.ts";

export interface Scored {
  row: number;
  score: number;
}

/** Whose passages count; undefined for all. */
export type Allowed = ReadonlySet<number> | undefined;

/** Counting stops here: nobody reads on, and a common word must not cost the whole library. */
export const MAX_TOTAL = 1_000;

/** A full-text table of a side, with what a hit in each of its columns weighs. */
interface FullText {
  table: "stems" | "forms";
  weights: "2, 1" | "1, 1";
}
const STEMS: FullText = { table: "stems", weights: "2, 1" };
const FORMS: FullText = { table: "forms", weights: "1, 1" };

export const bestByStem = (sql: SqlStorage, side: Side, match: string, allowed: Allowed, limit: number) =>
  best(sql, side, STEMS, match, allowed, limit);

export const bestByForm = (sql: SqlStorage, side: Side, match: string, allowed: Allowed, limit: number) =>
  best(sql, side, FORMS, match, allowed, limit);

/** The same for phrases, which stand in words as they are. */
export const bestByPhrase = (sql: SqlStorage, side: Side, phrases: string, allowed: Allowed, limit: number) =>
  best(sql, side, FORMS, `words : (${phrases})`, allowed, limit);

/** The best rows by BM25, larger scores being better, the earlier row first among equals. */
function best(
  sql: SqlStorage,
  side: Side,
  { table, weights }: FullText,
  match: string,
  allowed: Allowed,
  limit: number,
): Scored[] {
  const name = `${table}_${side}`;
  const { condition, join, values } = among(name, side, allowed);
  return sql
    .exec<{ row: number; score: number }>(
      `SELECT ${name}.rowid AS row, -bm25(${name}, ${weights}) AS score FROM ${name} ${join}
       WHERE ${name} MATCH ? ${condition} ORDER BY score DESC, row LIMIT ?`,
      ...[match, ...values, limit],
    )
    .toArray();
}

/** How many passages match, counted up to a thousand. */
export function countMatches(
  sql: SqlStorage,
  side: Side,
  table: "stems" | "forms",
  match: string,
  allowed: Allowed,
): number {
  const name = `${table}_${side}`;
  const { condition, join, values } = among(name, side, allowed);
  const query = `SELECT count(*) AS n FROM
    (SELECT 1 FROM ${name} ${join} WHERE ${name} MATCH ? ${condition} LIMIT ${MAX_TOTAL})`;
  return sql.exec<{ n: number }>(query, ...[match, ...values]).one().n;
}

function among(name: string, side: Side, allowed: Allowed) {
  if (allowed === undefined) return { join: "", condition: "", values: [] };
  return {
    join: `JOIN passages_${side} p ON p.row = ${name}.rowid`,
    condition: "AND p.document IN (SELECT value FROM json_each(?))",
    values: [JSON.stringify([...allowed])],
  };
}
