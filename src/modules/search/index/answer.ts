import { stemOf, stemsOf } from "../text/stems.ts";
import { termsOf, withSplitRuns } from "../text/words.ts";
import { facetsOf } from "./facets.ts";
import type { Library } from "./library.ts";
import { hitsOf, idsOfRows } from "./passages.ts";
import { rank } from "./rank.ts";
import type { IndexAnswer, IndexQuery, Ranked, ScoredHit } from "./types.ts";

type Answer = Omit<IndexAnswer, "cached" | "rows_read" | "suggestions">;

/** The best passages with their texts. */
export function answer(library: Library, query: IndexQuery): Answer {
  const { side, sql } = library;
  const ranking = rank(library, query);
  const hits = hitsOf(
    sql,
    side,
    ranking.rows.map(({ row }) => row),
    highlightStems(query),
  );
  return {
    hits: ranking.rows.flatMap(({ parts, row, score }): ScoredHit[] => {
      const hit = hits.get(row);
      return hit === undefined ? [] : [{ ...hit, score, parts }];
    }),
    total: ranking.total,
    trained: library.topics !== undefined,
    facets: query.facets ? facetsOf(sql, side, ranking.match, ranking.allowed) : undefined,
  };
}

/** The same without texts, for those that read them page by page. */
export function rankedIds(library: Library, query: IndexQuery): { ranked: Ranked[]; total: number } {
  const { rows, total } = rank(library, query);
  const ids = idsOfRows(
    library.sql,
    library.side,
    rows.map(({ row }) => row),
  );
  const ranked = rows.flatMap(({ row, score }) => {
    const id = ids.get(row);
    return id === undefined ? [] : [{ id, score }];
  });
  return { ranked, total };
}

/** What is marked in a hit: the words that were asked for in whatever form; in a phrase, function words too. */
export function highlightStems({ intent, query }: Pick<IndexQuery, "intent" | "query">): ReadonlySet<string> {
  const words = withSplitRuns(termsOf(query));
  return new Set(intent === "exact" ? words.map(stemOf) : [...stemsOf(query), ...stemsOf(words.join(" "))]);
}
