import { type Ctx, requirePermission } from "../access/context.ts";
import { indexOf } from "./index/open.ts";
import { journalOf } from "./journal/open.ts";
import { timesOf, WINDOW_MS, type Window } from "./journal/policy.ts";

const HOURS_OF_DAY = Array.from({ length: 24 }, (_, hour) => hour);

/** How the desk searches: figures of all its searches in the window. Times in ms; rates are null where nobody searched. */
export async function getAnalytics(ctx: Ctx, window: Window) {
  requirePermission(ctx, "analytics:read");
  const now = ctx.clock.now();
  const [found, { bytes, chunks, documents }] = await Promise.all([
    journalOf(ctx, ctx.desk).analyse(window, now),
    indexOf(ctx, ctx.desk).statistics(),
  ]);
  const { active_users, figures, journal_bytes, no_hits, queries } = found;
  const { cached, missed, searches, users } = figures;
  const shareOf = (some: number) => (searches === 0 ? null : some / searches);
  return {
    ...{ window, from: now - WINDOW_MS[window], to: now },
    ...{ searches, unique_queries: figures.queries, users },
    took_ms: timesOf(figures),
    no_hits: missed,
    no_hit_rate: shareOf(missed),
    cached,
    cache_hit_rate: shareOf(cached),
    intents: byCount(figures.intents).map(([intent, count]) => ({ intent, searches: count })),
    modes: byCount(figures.modes).map(([mode, count]) => ({ mode, searches: count })),
    hours: HOURS_OF_DAY.map((hour) => ({ hour, searches: figures.hours[hour] ?? 0 })),
    top_queries: queries,
    no_hit_queries: no_hits,
    active_users,
    storage: { documents, chunks, index_bytes: bytes, journal_bytes },
  };
}

export type Analytics = Awaited<ReturnType<typeof getAnalytics>>;

const byCount = (counts: Record<string, number>): [string, number][] =>
  Object.entries(counts).sort(([a, more], [b, fewer]) => fewer - more || (a < b ? -1 : 1));
