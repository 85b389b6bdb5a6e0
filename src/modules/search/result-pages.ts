import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { indexOf } from "./index/open.ts";
import type { IndexHit } from "./index/types.ts";
import { indexQuery, type SearchRequest } from "./search.ts";
import type { Intent } from "./text/intents.ts";

/** How many hits a page has, at most. */
const PAGE_HITS = 200;

export interface Hit extends IndexHit {
  /** From 0 to 1, over the best one's. */
  score: number;
  /** What the query was taken to ask for. */
  intent: Intent;
}

/**
 * The best `rows` hits of a search, the best first, in pages; each is let go of when the next one is asked for. All are
 * ranked at the beginning, and those that are gone when their page comes are left out.
 */
export async function* resultPages(
  platform: Platform,
  desk: DeskId,
  request: Omit<SearchRequest, "limit">,
  rows: number,
): AsyncGenerator<Hit[]> {
  const query = await indexQuery(platform, desk, { ...request, limit: rows });
  const index = indexOf(platform, desk);
  const { ranked } = await index.rank(query);
  const wanted = ranked.filter(({ score }) => score >= (request.min_score ?? 0));
  for (let from = 0; from < wanted.length; from += PAGE_HITS) {
    const page = wanted.slice(from, from + PAGE_HITS);
    const scores = new Map(page.map(({ id, score }) => [id, score]));
    const hits = await index.passages([...scores.keys()], query);
    yield hits.map((hit) => ({ ...hit, score: scores.get(hit.id) ?? 0, intent: query.intent }));
  }
}
