import { DAY_MS, HOUR_MS } from "../../platform/clock.ts";
import { middleOf } from "./policy.ts";

export const KEPT_MS = 90 * DAY_MS;
export const DEFAULT_SPAN_MS = DAY_MS;
export const INTERVALS = ["hour", "day"] as const;
export type Interval = (typeof INTERVALS)[number];
export const HOURS: Record<Interval, number> = { hour: 1, day: 24 };

/** How many jobs ended so: of one type and status, within one step of a duration, in one interval. */
export interface Counted {
  /** The number of the interval since 1970. */
  slot: number;
  type: string;
  status: string;
  measure: "wait" | "run";
  bucket: number;
  jobs: number;
  total_ms: number;
}

/** Of durations in ms: the mean exactly, the percentiles to the step of the scale that they fall in. */
export interface Durations {
  mean: number;
  p50: number;
  p95: number;
}

export function durationsOf(rows: Counted[]): Durations | null {
  const jobs = sum(rows, (row) => row.jobs);
  if (jobs === 0) return null;
  const steps = [...rows].sort((a, b) => a.bucket - b.bucket);
  return {
    mean: Math.round(sum(rows, (row) => row.total_ms) / jobs),
    p50: percentile(steps, jobs, 0.5),
    p95: percentile(steps, jobs, 0.95),
  };
}

/** The middle of the step that a share of all lies below; the steps in their order. */
export function percentile(steps: Pick<Counted, "bucket" | "jobs">[], jobs: number, share: number): number {
  let passed = 0;
  for (const { bucket, jobs: more } of steps) {
    passed += more;
    if (passed >= share * jobs) return Math.round(middleOf(bucket));
  }
  return 0;
}

/** What is told of any group of ended jobs. */
export function summaryOf(rows: Counted[]) {
  const ended = rows.filter(({ measure }) => measure === "wait"); // every end has one wait, and a run only if it began
  const of = (...statuses: string[]) =>
    sum(
      ended.filter(({ status }) => statuses.includes(status)),
      (row) => row.jobs,
    );
  const judged = of("succeeded", "failed", "expired");
  return {
    jobs: sum(ended, (row) => row.jobs),
    failure_rate: judged === 0 ? null : of("failed", "expired") / judged,
    wait_ms: durationsOf(ended),
    run_ms: durationsOf(rows.filter(({ measure }) => measure === "run")),
  };
}

const sum = (rows: Counted[], of: (row: Counted) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** Groups in the order of their names. */
export function grouped<K extends string | number>(
  rows: Counted[],
  by: (row: Counted) => K,
): [K, Counted[]][] {
  const groups = Map.groupBy(rows, by);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whole hours around the span, the last one exclusive. */
export const hoursAround = (from_ms: number, to_ms: number): [number, number] => [
  Math.floor(from_ms / HOUR_MS),
  Math.ceil(to_ms / HOUR_MS),
];
