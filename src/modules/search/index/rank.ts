import { voteSignal } from "../ranking/feedback.ts";
import { pairsOf, proximity } from "../ranking/proximity.ts";
import { titleCoverage } from "../ranking/title.ts";
import { type Signals, scoreOf, shares, weightsFor } from "../ranking/weights.ts";
import { fitOf } from "../text/fit.ts";
import { type ParsedQuery, parseQuery } from "../text/query.ts";
import { stemsOf } from "../text/stems.ts";
import { type Candidates, candidatesFor } from "./candidates.ts";
import { passing } from "./filters.ts";
import { type Allowed, countMatches, type Match, matchOf } from "./lexical.ts";
import type { Library } from "./library.ts";
import { textsOf, titlesOf } from "./passages.ts";
import type { IndexQuery } from "./types.ts";
import { queryKey, votesOn } from "./votes.ts";

export interface RankedRow {
  row: number;
  /** From 0 to 1, over the best one's. */
  score: number;
  /** What each signal adds to the score before that division. */
  parts: Signals;
}

export interface Ranking {
  rows: RankedRow[];
  /** Counted up to a thousand. */
  total: number;
  match: Match | undefined;
  allowed: Allowed;
}

/** Only these many of the best are read word by word. */
const READ = 100;

/** The best passages for a query: score = Σ weight · signal. Passages beyond the hundred best are ranked unread. */
export function rank(library: Library, query: IndexQuery): Ranking {
  const { allowed, found, parsed, weights } = signalsFor(library, query);
  const match = matchOf(query.intent, parsed);
  const scored = [...found].map(([row, signals]) => ({ row, signals, score: scoreOf(signals, weights) }));
  scored.sort((a, b) => b.score - a.score || a.row - b.row);
  const best = scored[0]?.score ?? 0;
  const rows = scored.slice(0, query.limit).map(({ row, score, signals }) => ({
    row,
    score: best > 0 ? Math.min(1, Math.max(0, score / best)) : 1,
    parts: shares(signals, weights),
  }));
  return { rows, total: totalOf(library, query, match, allowed, found), match, allowed };
}

/** Everything that may answer the query with all that speaks for it, and what each signal weighs. */
export function signalsFor(library: Library, query: IndexQuery) {
  const parsed = parseQuery(query.query, query.intent);
  const allowed = passing(library.sql, query.filters);
  const found = candidatesFor(library, query, parsed, allowed);
  const weights = weightsFor(query.intent, query.confidence);
  if (query.mode === "hybrid") {
    addTitles(library, parsed, found);
    addVotes(library, query, found);
    const best = [...found].sort((a, b) => scoreOf(b[1], weights) - scoreOf(a[1], weights) || a[0] - b[0]);
    addReading(library, query, parsed, new Map(best.slice(0, READ)));
  }
  return { allowed, found, parsed, weights };
}

function addTitles({ idf, side, sql }: Library, { stems }: ParsedQuery, found: Candidates): void {
  const query = new Set(stems);
  const coverage = new Map<string, number>();
  for (const [row, title] of titlesOf(sql, side, [...found.keys()])) {
    const signals = found.get(row);
    if (signals === undefined) continue;
    let covered = coverage.get(title);
    if (covered === undefined) {
      covered = titleCoverage(stemsOf(title), query, idf);
      coverage.set(title, covered);
    }
    signals.title = covered;
  }
}

function addVotes({ side, sql }: Library, { query }: IndexQuery, found: Candidates): void {
  for (const [row, votes] of votesOn(sql, side, queryKey(query), [...found.keys()])) {
    const signals = found.get(row);
    if (signals) signals.feedback = voteSignal(votes);
  }
}

/** What only the text itself tells: how near the words stand, and whether it has the form that was asked for. */
function addReading(
  { idf, side, sql }: Library,
  { intent }: IndexQuery,
  { stems, words }: ParsedQuery,
  best: Candidates,
): void {
  const pairs = pairsOf(stems, idf);
  const isFitting = intent !== "semantic" && intent !== "exact";
  if (pairs.length === 0 && !isFitting) return;
  for (const { body, row, title } of textsOf(sql, side, [...best.keys()])) {
    const signals = best.get(row);
    if (signals === undefined) continue;
    if (pairs.length > 0) Object.assign(signals, proximity(pairs, [...stemsOf(title), ...stemsOf(body)]));
    if (isFitting) signals.fit = fitOf(intent, { title, text: body }, words);
  }
}

function totalOf(
  { side, sql }: Library,
  { intent, mode }: IndexQuery,
  match: Match | undefined,
  allowed: Allowed,
  found: Candidates,
): number {
  if (mode === "vector" && intent !== "exact") return found.size;
  const matches = match === undefined ? 0 : countMatches(sql, side, match, allowed);
  return Math.max(matches, found.size);
}
