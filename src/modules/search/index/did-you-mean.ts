import { isDoubtful } from "../text/spelling.ts";
import { stemOf } from "../text/stems.ts";
import { type TypedWord, typedWords } from "../text/typed-words.ts";
import { hasWord } from "../vectors/word-table.ts";
import type { KnownWords } from "./known-words.ts";
import type { Library } from "./library.ts";
import { stands, stemStands } from "./vocabulary.ts";

/** With fewer matches, a word that the library hardly has is doubted as well. */
const FEW = 3;
const MAX_SUGGESTIONS = 3;
/** Doubtful words of a query that are looked up, those of them that are put right, and the ways of each to look up. */
const MAX_LOOKED_UP = 8;
const MAX_DOUBTS = 3;
const MAX_CORRECTIONS = 4;
const MAX_SPLITS = 2;

type LiveSide = Pick<Library, "sql" | "side" | "words">;

/** A place of the query with what may have been meant there, the likeliest first. */
interface Doubt {
  start: number;
  end: number;
  ways: string[];
}

interface Words extends LiveSide {
  known: KnownWords;
}

/**
 * At most three queries that may have been meant: as typed but for words that neither the library nor common English has,
 * and where fewer than three passages match, for any that the library hardly has. Each word that is put in was looked up to
 * stand in a passage now.
 */
export function didYouMean(
  { side, sql, words }: LiveSide,
  known: KnownWords,
  query: string,
  total: number,
): string[] {
  const doubts = doubtsOf({ side, sql, words, known }, query, total);
  if (doubts.length === 0) return [];
  const best = doubts.map(({ ways }) => ways[0] ?? "");
  const others = doubts.flatMap(({ ways }, place) =>
    ways.slice(1).map((way) => best.map((one, at) => (at === place ? way : one))),
  );
  return [best, ...others].slice(0, MAX_SUGGESTIONS).map((choice) => replaced(query, doubts, choice));
}

function replaced(query: string, doubts: readonly Doubt[], choice: readonly string[]): string {
  let made = "";
  let at = 0;
  doubts.forEach(({ end, start }, place) => {
    made += query.slice(at, start) + choice[place];
    at = end;
  });
  return made + query.slice(at);
}

/** In the order of the query and apart from each other. */
function doubtsOf(words: Words, query: string, total: number): Doubt[] {
  const typed = typedWords(query);
  const list = words.known.list(words.sql);
  const doubtful = typed.filter(({ word }) => isDoubtful(word, list)).slice(0, MAX_LOOKED_UP);
  const doubted =
    total < FEW
      ? doubtful
      : doubtful.filter(
          ({ word }) => !hasWord(words.words, word) && !stemStands(words.sql, words.side, word),
        );
  const doubts: Doubt[] = [];
  for (const one of doubted.slice(0, MAX_DOUBTS)) {
    const doubt = joined(words, query, typed, one) ?? { ...one, ways: waysOf(words, one.word) };
    if (doubt.ways.length > 0 && doubt.start >= (doubts.at(-1)?.end ?? 0)) doubts.push(doubt);
  }
  return doubts;
}

/** The word together with one of its neighbours, where these two are one word of the library. */
function joined(
  { known, side, sql }: Words,
  query: string,
  typed: readonly TypedWord[],
  one: TypedWord,
): Doubt | undefined {
  const at = typed.indexOf(one);
  for (const [first, second] of [typed.slice(at, at + 2), typed.slice(Math.max(0, at - 1), at + 1)]) {
    if (first === undefined || second === undefined) continue;
    const word = first.word + second.word;
    const isApart = /^[\s-]$/.test(query.slice(first.end, second.start));
    if (isApart && known.list(sql).countOf(word) > 0 && stands(sql, side, word))
      return { start: first.start, end: second.end, ways: [word] };
  }
  return undefined;
}

/** What may have been meant by a word: one slip, two words written as one, then more slips. */
function waysOf({ known, side, sql }: Words, word: string): string[] {
  const spelling = known.spelling(sql);
  const corrections = spelling.corrections(word, MAX_CORRECTIONS);
  const within = (least: number, most: number) =>
    corrections.filter(({ distance }) => distance >= least && distance <= most).map((one) => one.word);
  const ways = [...within(1, 1), ...spelling.splits(word, MAX_SPLITS), ...within(2, 2)];
  return ways.filter((way) => stemOf(way) !== stemOf(word) && stands(sql, side, way));
}
