import { type Allowed, MAX_TOTAL, type Match } from "./lexical.ts";
import type { Side } from "./schema.ts";
import type { Facets } from "./types.ts";

/** Of each facet the commonest values. */
const MOST = 20;

/** How often the metadata of the matching passages' documents occur, among the first thousand matches. */
export function facetsOf(sql: SqlStorage, side: Side, match: Match | undefined, allowed: Allowed): Facets {
  const facets: Facets = { category: [], author: [], language: [], tags: [] };
  if (match === undefined) return facets;
  const name = `${match.table}_${side}`;
  const among = allowed === undefined ? "" : "AND p.document IN (SELECT value FROM json_each(?))";
  const rows = sql.exec<{ facet: keyof Facets; value: string; count: number }>(
    `WITH found AS (SELECT p.document, count(*) AS n FROM
         (SELECT p.document FROM ${name} JOIN passages_${side} p ON p.row = ${name}.rowid
          WHERE ${name} MATCH ? ${among} LIMIT ${MAX_TOTAL}) p GROUP BY p.document),
       described AS (SELECT found.n, d.* FROM found JOIN documents d ON d.number = found.document)
     SELECT 'category' AS facet, category AS value, sum(n) AS count FROM described WHERE category IS NOT NULL GROUP BY 2
     UNION ALL SELECT 'author', author, sum(n) FROM described WHERE author IS NOT NULL GROUP BY 2
     UNION ALL SELECT 'language', language, sum(n) FROM described WHERE language IS NOT NULL GROUP BY 2
     UNION ALL SELECT 'tags', t.value, sum(n) FROM described, json_each(described.tags) t GROUP BY 2
     ORDER BY count DESC, value`,
    ...(allowed === undefined ? [match.expression] : [match.expression, JSON.stringify([...allowed])]),
  );
  for (const { count, facet, value } of rows) {
    if (facets[facet].length < MOST) facets[facet].push({ value, count });
  }
  return facets;
}
