import { DAY_MS, HOUR_MS } from "../../../platform/clock.ts";
import { bucketOf } from "../../jobs/policy.ts";
import { percentile } from "../../jobs/statistics-policy.ts";
import type { Mode } from "../index/types.ts";
import type { Intent } from "../text/intents.ts";

export const WINDOWS = ["1h", "24h", "7d", "30d"] as const;
export type Window = (typeof WINDOWS)[number];
/** A search is in a window that ends now if it is younger than this. The longest is how long the journal keeps any. */
export const WINDOW_MS: Record<Window, number> = {
  "1h": HOUR_MS,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
};
export const LONGEST = "30d" satisfies Window;

/** Asked at all, or asked in vain: each query and each of its askers is counted by both. */
export const KINDS = ["asked", "missed"] as const;
export type Kind = (typeof KINDS)[number];

/** What a journal tells of one query to somebody who didn't make it is told only if this many people made it. */
export const SHARED_BY = 2;

/** Queries that differ only in case, spacing or compatible characters are one. */
export function normalised(query: string): string {
  return query.normalize("NFKC").toLowerCase().toWellFormed().replace(/\s+/g, " ").trim();
}

/** The same for the beginning of a query, where a space after the last word tells that the word has ended. */
export function normalisedStart(typed: string): string {
  const start = normalised(typed);
  return start !== "" && /\s$/.test(typed) ? `${start} ` : start;
}

/** Characters of a query's beginning by which it is found; what is typed beyond them sifts the best of those. */
const PREFIX_CHARACTERS = 20;

/** The longest beginning that is kept of a text. */
export const prefixOf = (text: string): string => [...text].slice(0, PREFIX_CHARACTERS).join("");

/** Every beginning that is kept of a text, the shortest first. */
export function prefixesOf(text: string): string[] {
  const characters = [...prefixOf(text)];
  return characters.map((_, last) => characters.slice(0, last + 1).join(""));
}

/** What counts of one search. Times in ms. */
export interface Counted {
  at: number;
  intent: Intent;
  mode: Mode;
  missed: boolean;
  cached: boolean;
  took_ms: number;
}

/** What all searches of a window come to. */
export interface Figures {
  searches: number;
  missed: number;
  cached: number;
  took_ms: number;
  /** Searches by intent, mode, hour of the day (UTC), and step of `bucketOf` that their time falls in. */
  intents: Record<string, number>;
  modes: Record<string, number>;
  hours: Record<string, number>;
  steps: Record<string, number>;
  /** Distinct queries that were asked, and people who asked. */
  queries: number;
  users: number;
}

export const noFigures = (): Figures => ({
  ...{ searches: 0, missed: 0, cached: 0, took_ms: 0, queries: 0, users: 0 },
  ...{ intents: {}, modes: {}, hours: {}, steps: {} },
});

/** Lets a search enter the figures (1) or leave them (-1). */
export function count(figures: Figures, search: Counted, by: 1 | -1): void {
  figures.searches += by;
  if (search.missed) figures.missed += by;
  if (search.cached) figures.cached += by;
  figures.took_ms += by * search.took_ms;
  move(figures.intents, search.intent, by);
  move(figures.modes, search.mode, by);
  move(figures.hours, String(Math.floor((search.at % DAY_MS) / HOUR_MS)), by);
  move(figures.steps, String(bucketOf(search.took_ms)), by);
}

function move(counts: Record<string, number>, key: string, by: 1 | -1): void {
  const left = (counts[key] ?? 0) + by;
  if (left === 0) delete counts[key];
  else counts[key] = left;
}

export interface Times {
  mean: number;
  p50: number;
  p95: number;
}

/** In ms: the mean exactly, the percentiles to the step of the scale that they fall in. Null where nobody searched. */
export function timesOf({ searches, steps, took_ms }: Figures): Times | null {
  if (searches === 0) return null;
  const sorted = Object.entries(steps)
    .map(([bucket, jobs]) => ({ bucket: Number(bucket), jobs }))
    .sort((a, b) => a.bucket - b.bucket);
  return {
    mean: Math.round(took_ms / searches),
    p50: percentile(sorted, searches, 0.5),
    p95: percentile(sorted, searches, 0.95),
  };
}
