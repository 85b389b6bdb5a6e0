import type { Intent } from "../text/intents.ts";
import type { ParsedQuery } from "../text/query.ts";
import type { Side } from "./schema.ts";

export interface Scored {
  row: number;
  score: number;
}

/** Whose passages count; undefined for all. */
export type Allowed = ReadonlySet<number> | undefined;

/** Counting stops here: nobody reads on, and a common word must not cost the whole library. */
export const MAX_TOTAL = 1_000;

/** An FTS5 expression, and the full-text table of a side that it is for. */
export interface Match {
  table: "stems" | "forms";
  expression: string;
}

/** What a hit in each of a table's columns weighs. */
const WEIGHTS = { stems: "2, 1", forms: "1, 1" };

/** What a passage must have to match: the phrases, as words stand, or any of the words by its stem. */
export function matchOf(intent: Intent, { anyStem, phrases }: ParsedQuery): Match | undefined {
  if (intent === "exact")
    return phrases === undefined ? undefined : { table: "forms", expression: `words : (${phrases})` };
  return anyStem === undefined ? undefined : { table: "stems", expression: anyStem };
}

/** The best rows by BM25, larger scores being better, the earlier row first among equals. */
export function bestMatches(
  sql: SqlStorage,
  side: Side,
  { expression, table }: Match,
  allowed: Allowed,
  limit: number,
): Scored[] {
  const name = `${table}_${side}`;
  const { condition, join, values } = among(name, side, allowed);
  return sql
    .exec<{ row: number; score: number }>(
      `SELECT ${name}.rowid AS row, -bm25(${name}, ${WEIGHTS[table]}) AS score FROM ${name} ${join}
       WHERE ${name} MATCH ? ${condition} ORDER BY score DESC, row LIMIT ?`,
      ...[expression, ...values, limit],
    )
    .toArray();
}

/** How many passages match, counted up to a thousand. */
export function countMatches(
  sql: SqlStorage,
  side: Side,
  { expression, table }: Match,
  allowed: Allowed,
): number {
  const name = `${table}_${side}`;
  const { condition, join, values } = among(name, side, allowed);
  const query = `SELECT count(*) AS n FROM
    (SELECT 1 FROM ${name} ${join} WHERE ${name} MATCH ? ${condition} LIMIT ${MAX_TOTAL})`;
  return sql.exec<{ n: number }>(query, ...[expression, ...values]).one().n;
}

function among(name: string, side: Side, allowed: Allowed) {
  if (allowed === undefined) return { join: "", condition: "", values: [] };
  return {
    join: `JOIN passages_${side} p ON p.row = ${name}.rowid`,
    condition: "AND p.document IN (SELECT value FROM json_each(?))",
    values: [JSON.stringify([...allowed])],
  };
}
