import type { Neighbour } from "../embeddings/types.ts";
import { FLOOR_RANK, scaleOf } from "../ranking/scale.ts";
import type { SignalName, Signals } from "../ranking/weights.ts";
import type { ParsedQuery } from "../text/query.ts";
import { queryTopics, queryWords } from "./embedding.ts";
import { type Allowed, bestMatches, matchOf, type Scored } from "./lexical.ts";
import type { Library } from "./library.ts";
import { movedTowards, type Nearness, nearness } from "./meaning.ts";
import { rowsOfIds } from "./passages.ts";
import type { Side } from "./schema.ts";
import type { IndexQuery } from "./types.ts";
import { stemStands } from "./vocabulary.ts";

/** As many are taken of each signal's best; only words may bring more, where more are asked for. */
const BY_WORDS = 200;
const BY_TOPICS = 100;
const BY_WORD_VECTORS = 50;
/** Nearer than this by the meaning of words alone, or a passage that shares no word is no candidate. */
const MIN_TOPICS = 0.25;
const MIN_WORD_VECTORS = 0.6;
/** Before topics are learnt, the meaning of words is all there is. */
const MIN_WORD_VECTORS_ALONE = 0.45;
/** The best by words and topics together, which a second look at the topics starts from. */
const PULLING = 3;
const TOPICS_IN_FIRST_LOOK = 0.3;

/** Rows that may answer the query, each with its signals so far. */
export type Candidates = Map<number, Signals>;

export function candidatesFor(
  library: Library,
  query: IndexQuery,
  parsed: ParsedQuery,
  allowed: Allowed,
): Candidates {
  const { side, sql } = library;
  const found: Candidates = new Map();
  const match = matchOf(query.intent, parsed);
  const isExact = query.intent === "exact";
  if (match && (isExact || query.mode !== "vector"))
    take(found, "bm25", bestMatches(sql, side, match, allowed, Math.max(BY_WORDS, query.limit)));
  // Only what has the phrases word for word is a candidate then.
  if (isExact) return found;
  if (query.mode !== "vector" && parsed.forms !== undefined) {
    const forms = { table: "forms", expression: parsed.forms } as const;
    take(found, "forms", bestMatches(sql, side, forms, allowed, BY_WORDS));
  }
  if (query.mode !== "bm25") {
    addNeighbours(library, query.neighbours, allowed, found);
    addMeaning(library, parsed, allowed, found);
  }
  return found;
}

function take(found: Candidates, name: SignalName, scored: readonly Scored[]): void {
  const scale = scaleOf(scored[0]?.score, scored[FLOOR_RANK - 1]?.score);
  for (const { row, score } of scored) signalsOf(found, row)[name] = scale(score);
}

function signalsOf(found: Candidates, row: number): Signals {
  const known = found.get(row);
  if (known) return known;
  const signals: Signals = {};
  found.set(row, signals);
  return signals;
}

function addMeaning(library: Library, parsed: ParsedQuery, allowed: Allowed, found: Candidates): void {
  const topics = topicsNear(library, parsed, allowed, found);
  const words = wordsNear(library, parsed, allowed);
  for (const row of nearest(topics, BY_TOPICS, MIN_TOPICS)) signalsOf(found, row);
  const leastWords = library.topics ? MIN_WORD_VECTORS : MIN_WORD_VECTORS_ALONE;
  for (const row of nearest(words, BY_WORD_VECTORS, leastWords)) signalsOf(found, row);
  for (const [row, signals] of found) {
    if (topics) signals.topics = topics.signal(row);
    if (words) signals.words = words.signal(row);
  }
}

/** The first `count` passages that are at least so near. */
function nearest(of: Nearness | undefined, count: number, least: number): number[] {
  const near = of?.best.slice(0, count) ?? [];
  return near.filter(({ score }) => score >= least).map(({ row }) => row);
}

/** Two looks: the second one from where the best of the first one are. */
function topicsNear(
  { side, sql, topics, vectors }: Library,
  parsed: ParsedQuery,
  allowed: Allowed,
  found: Candidates,
): Nearness | undefined {
  const query = topics && queryTopics(topics.model, standing(sql, side, parsed));
  if (!topics || !query) return undefined;
  const matrix = vectors.matrix(side, `topics-${topics.number}`, topics.model.dimensions);
  const owners = vectors.owners(side);
  const first = nearness(matrix, query, owners, allowed);
  const scores = new Map(first.best.map(({ row }) => [row, TOPICS_IN_FIRST_LOOK * first.signal(row)]));
  for (const [row, { bm25 = 0 }] of found) scores.set(row, bm25 + TOPICS_IN_FIRST_LOOK * first.signal(row));
  const best = [...scores].sort(([a, x], [b, y]) => y - x || a - b).slice(0, PULLING);
  const moved = movedTowards(
    query,
    matrix,
    best.map(([row]) => row),
  );
  return nearness(matrix, moved, owners, allowed);
}

/** The stems that a passage has now: what topics know of a document that is gone finds nothing. */
function standing(sql: SqlStorage, side: Side, { stems, words }: ParsedQuery): string[] {
  const stand = new Map<string, boolean>();
  return stems.filter((stem, at) => {
    const known = stand.get(stem) ?? stemStands(sql, side, words[at] ?? stem);
    stand.set(stem, known);
    return known;
  });
}

function wordsNear(
  { side, vectors, words }: Library,
  parsed: ParsedQuery,
  allowed: Allowed,
): Nearness | undefined {
  const query = queryWords(words, parsed);
  if (!query) return undefined;
  return nearness(vectors.matrix(side, "words", words.dimensions), query, vectors.owners(side), allowed);
}

/** What an outside model finds; ids that the index doesn't have are of the past or of nobody. */
function addNeighbours(
  { side, sql, vectors }: Library,
  neighbours: readonly Neighbour[],
  allowed: Allowed,
  found: Candidates,
): void {
  if (neighbours.length === 0) return;
  const rows = rowsOfIds(
    sql,
    side,
    neighbours.map(({ id }) => id),
  );
  const owners = vectors.owners(side);
  const known = neighbours.flatMap(({ id, score }) => {
    const row = rows.get(id);
    const passes = row !== undefined && (allowed === undefined || allowed.has(owners[row] ?? 0));
    return passes ? [{ row, score }] : [];
  });
  take(
    found,
    "neighbours",
    known.sort((a, b) => b.score - a.score),
  );
}
