import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { neighboursOf } from "./embeddings/neighbours.ts";
import { noExactVectors } from "./errors.ts";
import { indexOf } from "./index/open.ts";
import type { IndexQuery, Mode, SearchFilters } from "./index/types.ts";
import { noteSearch } from "./journal/note.ts";
import { detectIntent } from "./text/intent.ts";
import type { Intent } from "./text/intents.ts";
import { wordsOf } from "./text/words.ts";

export interface SearchRequest {
  query: string;
  intent?: Intent | undefined;
  filters?: SearchFilters | undefined;
  limit: number;
  min_score?: number | undefined;
  mode?: Mode | undefined;
  facets?: boolean | undefined;
}

/** Whether passages were left out: a query that then found nothing is no gap of the library. */
function isFiltered({ filters = {} }: SearchRequest): boolean {
  return Object.values(filters).some((filter) => filter !== undefined);
}

/** The best passages of the desk's own library. `score` is a hit's relevance over that of the best one. */
export async function search(ctx: Ctx, request: SearchRequest) {
  requirePermission(ctx, "search:query");
  const answer = await searchDesk(ctx, ctx.desk, request);
  const { cached, intent, mode, query, took_ms, total } = answer;
  if (wordsOf(query).length > 0 && (total > 0 || !isFiltered(request)))
    noteSearch(ctx, { query, intent, mode, total, took_ms, cached });
  return answer;
}

/** The same for a job, which was asked for by somebody with the permission. */
export async function searchDesk(platform: Platform, desk: DeskId, request: SearchRequest) {
  const started = performance.now();
  const asked = await indexQuery(platform, desk, request);
  const { hits, rows_read, ...found } = await indexOf(platform, desk).search(asked);
  platform.cost.object_rows_read += rows_read;
  const results = hits.filter(({ score }) => score >= (request.min_score ?? 0));
  const { confidence, intent, mode, query } = asked;
  const took_ms = Math.round(performance.now() - started);
  return { query, intent, confidence, mode, results, took_ms, ...found };
}

/**
 * What the index is asked: the intent is detected where the caller names none, and an outside model asked where there is
 * one. Throws where the caller names an intent that the mode can't serve.
 */
export async function indexQuery(
  platform: Platform,
  desk: DeskId,
  request: SearchRequest,
): Promise<IndexQuery> {
  const { facets = false, filters = {}, limit, mode = "hybrid", query } = request;
  if (mode === "vector" && request.intent === "exact") throw noExactVectors();
  const { confidence, intent } =
    request.intent === undefined ? detectIntent(query) : { intent: request.intent, confidence: 1 };
  const byMeaning = mode !== "bm25" && intent !== "exact";
  const neighbours = byMeaning ? await neighboursOf(platform, desk, query, platform.log) : [];
  return { query, intent, confidence, mode, filters, limit, facets, neighbours };
}
