import { invalidInput } from "../../http/problem.ts";
import { HOUR_MS } from "../../platform/clock.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import {
  DEFAULT_SPAN_MS,
  grouped,
  HOURS,
  hoursAround,
  type Interval,
  KEPT_MS,
  summaryOf,
} from "./statistics-policy.ts";
import { countUnfinished, selectEnds } from "./statistics-store.ts";

/** Nothing is counted further than this. */
export const COUNTED_TO = 10_000;
const MOST_ROWS = 20_000;

interface StatisticsQuery {
  type?: string | undefined;
  /** Milliseconds since 1970. */
  from: number | undefined;
  to: number | undefined;
  interval: Interval;
}

/** What the desk's jobs are doing now, and how those ended that ended within the span, in whole hours. */
export async function getStatistics(ctx: Ctx, query: StatisticsQuery) {
  requirePermission(ctx, "jobs:read");
  const { interval, type } = query;
  const hours = spanOf(query, ctx.clock.now());
  const step = HOURS[interval];
  const rows = await selectEnds(ctx.db, ctx.desk, hours, step, MOST_ROWS);
  const read = rows.reduce((total, { parts }) => total + parts, 0);
  const complete = read < MOST_ROWS;
  // Of the oldest hour that the limit let through, only a part may have been read.
  const whole = complete ? rows : rows.filter(({ edge }) => edge === 0);
  const from_hour = complete ? hours[0] : 1 + Math.min(...rows.map(({ first_hour }) => first_hour));
  const ends = whole.filter((row) => type === undefined || row.type === type);
  return {
    now: await getUnfinished(ctx, type),
    span: { from: from_hour * HOUR_MS, to: hours[1] * HOUR_MS, interval, complete },
    types: grouped(ends, (row) => row.type).map(([name, some]) => ({
      type: name,
      ...summaryOf(some),
      statuses: grouped(some, (row) => row.status).map(([status, these]) => {
        const { failure_rate: _, ...summary } = summaryOf(these);
        return { status, ...summary };
      }),
    })),
    series: grouped(ends, (row) => row.slot).map(([slot, some]) => ({
      from: slot * step * HOUR_MS,
      ...summaryOf(some),
    })),
  };
}

export type Statistics = Awaited<ReturnType<typeof getStatistics>>;

async function getUnfinished({ clock, db, desk }: Ctx, type: string | undefined) {
  const all = await countUnfinished(db, desk, COUNTED_TO);
  const some = all.filter((row) => type === undefined || row.type === type);
  const queued = some.filter(({ status }) => status === "queued").map(({ oldest }) => oldest);
  return {
    unfinished: some.map(({ jobs, status, type: name }) => ({
      type: name,
      status,
      jobs,
      capped: jobs >= COUNTED_TO,
    })),
    oldest_queued_age_s: queued.length === 0 ? null : Math.floor((clock.now() - Math.min(...queued)) / 1_000),
  };
}

function spanOf({ from, to }: StatisticsQuery, now: number): [number, number] {
  const end = to ?? (from === undefined ? now : Math.min(now, from + KEPT_MS));
  const begin = from ?? end - DEFAULT_SPAN_MS;
  if (begin < end && end - begin <= KEPT_MS) return hoursAround(begin, end);
  throw invalidInput([
    { path: "from", code: "jobs.bad_span", message: "must lie before `to`, by no more than 90 days" },
  ]);
}
