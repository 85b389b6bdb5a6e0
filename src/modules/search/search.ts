import { Problem } from "../../http/problem.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { indexOf } from "./index/open.ts";
import type { IndexHit, SearchFilters } from "./index/types.ts";
import { detectIntent } from "./text/intent.ts";
import type { Intent } from "./text/intents.ts";
import { matchOf } from "./text/query.ts";

export interface SearchRequest {
  query: string;
  intent?: Intent | undefined;
  filters?: SearchFilters | undefined;
  limit: number;
  min_score?: number | undefined;
  mode?: "hybrid" | "bm25" | "vector" | undefined;
}

const noVectors = () =>
  new Problem(422, "search.mode_unavailable", "This library has no vectors; use `bm25` or leave `mode` out.");

/** The best passages of the desk's own library. `score` is a hit's relevance over that of the best one. */
export async function search(ctx: Ctx, request: SearchRequest) {
  requirePermission(ctx, "search:query");
  return await searchDesk(ctx, ctx.desk, request);
}

/** The same for a job, which was asked for by somebody with the permission. */
export async function searchDesk(platform: Platform, desk: DeskId, request: SearchRequest) {
  if (request.mode === "vector") throw noVectors();
  const started = performance.now();
  const intent = request.intent ?? detectIntent(request.query).intent;
  const match = matchOf(request.query, intent);
  const { filters = {}, limit, query } = request;
  const found =
    match === undefined
      ? { hits: [], total: 0 }
      : await indexOf(platform, desk).search({ match, intent, filters, limit });
  const results = scored(found.hits).filter((hit) => hit.score >= (request.min_score ?? 0));
  return { query, intent, results, total: found.total, took_ms: Math.round(performance.now() - started) };
}

function scored(hits: IndexHit[]) {
  const best = hits[0]?.relevance ?? 0;
  return hits.map(({ relevance, ...hit }) => ({
    ...hit,
    bm25: relevance,
    score: best > 0 ? Math.min(1, Math.max(0, relevance / best)) : 1,
  }));
}
