import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type SearchRequest, searchDesk } from "./search.ts";
import type { Intent } from "./text/intents.ts";

/** How many hits a page has, at most. */
const PAGE_HITS = 200;

export type Hit = Awaited<ReturnType<typeof searchDesk>>["results"][number] & {
  /** What the query was taken to ask for. */
  intent: Intent;
};

/** The best `rows` hits of a search, the best first, in pages; each is let go of when the next one is asked for. */
export async function* resultPages(
  platform: Platform,
  desk: DeskId,
  request: Omit<SearchRequest, "limit">,
  rows: number,
): AsyncGenerator<Hit[]> {
  const { intent, results } = await searchDesk(platform, desk, { ...request, limit: rows });
  while (results.length > 0) yield results.splice(0, PAGE_HITS).map((hit) => ({ ...hit, intent }));
}
