import { codeShare } from "./code-signs.ts";
import type { Intent } from "./intents.ts";
import { mathShare } from "./mathematics.ts";
import { stemOf } from "./stems.ts";
import { tradingWordsOf } from "./trading-words.ts";
import { wordsOf } from "./words.ts";

export interface Passage {
  title: string;
  text: string;
}

/** Shares from which on a passage is code or mathematics through and through. */
const FULL_CODE = 0.6;
const FULL_MATHEMATICS = 0.4;
/** So many different words of rules, and such a share of the words, make a passage that tells how to trade. */
const FULL_RULES = 6;
const FULL_RULE_SHARE = 0.06;
/** A passage is judged by its beginning; the index cuts them no longer. */
const MAX_CHARS = 4_000;

/**
 * How well the form of a passage suits what a query is after, 0 to 1: code for code, formulas for a formula, a definition
 * of one of the query's words for a concept, rules of trading for a strategy. Form says nothing for the other intents.
 */
export function fitOf(intent: Intent, passage: Passage, queryWords: readonly string[]): number {
  const text = passage.text.slice(0, MAX_CHARS);
  switch (intent) {
    case "code":
      return Math.min(1, codeShare(text) / FULL_CODE);
    case "formula":
      return Math.min(1, mathShare(text) / FULL_MATHEMATICS);
    case "concept":
      return definitionFit(passage.title, text, queryWords);
    case "strategy":
      return rulesFit(text);
    case "semantic":
    case "exact":
      return 0;
  }
}

function rulesFit(text: string): number {
  const words = wordsOf(text);
  if (words.length === 0) return 0;
  const { count, instruments, rules, strategy } = tradingWordsOf(words);
  const variety = Math.min(1, (rules.size + 0.5 * instruments.size + (strategy ? 1 : 0)) / FULL_RULES);
  return variety * (0.6 + 0.4 * Math.min(1, count / words.length / FULL_RULE_SHARE));
}

/** Words of asking, which no passage is expected to define. */
const ASKING = new Set(
  `what is are the a an of to in does mean meaning means define definition explain explained difference between stand for
  meant by and concept term`.split(/\s+/),
);
/** What stands behind the term that a sentence defines, and how surely it does. */
const BEHIND: readonly (readonly [string, number])[] = [
  ["is defined as", 1],
  ["are defined as", 1],
  ["is defined to be", 1],
  ["is defined by", 0.8],
  ["can be defined as", 1],
  ["defined as", 0.9],
  ["refers to", 1],
  ["refer to", 0.9],
  ["means", 0.8],
  ["we mean", 1],
  ["stands for", 0.9],
  ["denotes", 0.8],
  ["describes", 0.6],
  ["is a measure of", 1],
  ["is the term", 0.9],
  ["is an", 0.7],
  ["is a", 0.7],
  ["is the", 0.6],
  ["is when", 0.7],
  ["occurs when", 0.6],
  ["are the", 0.4],
  ["measures", 0.6],
];
/** What stands before it. */
const BEFORE: readonly (readonly [string, number])[] = [
  ["definition of", 0.9],
  ["define", 0.8],
  ["is called", 0.8],
  ["are called", 0.8],
  ["known as", 0.7],
  ["referred to as", 0.8],
  ["is termed", 0.8],
  ["what is", 0.7],
];
/** Words between a term and what says that it is defined: `the Sharpe ratio (SR) of a fund is defined as`. */
const REACH = 3;
const LOST_PER_WORD = 0.08;

/** The best definition of the query's words in a passage, weighed by how many of them its term has. */
function definitionFit(title: string, text: string, queryWords: readonly string[]): number {
  const wanted = new Set(
    queryWords
      .map((word) => word.toLowerCase())
      .filter((word) => !ASKING.has(word))
      .map(stemOf),
  );
  if (wanted.size === 0) return 0;
  const words = wordsOf(text);
  const stems = words.map(stemOf);
  let best = 0.6 * headFit(title, text, wanted);
  for (let at = 0; at < words.length; at += 1) {
    if (!wanted.has(stems[at] ?? "")) continue;
    const strength = Math.max(behind(words, at + 1), before(words, at - 1));
    if (strength > best) best = Math.max(best, strength * coverage(stems, at, wanted));
  }
  return best;
}

/** How surely the words from `from` on define what stands before them; less, the farther off they do. */
function behind(words: readonly string[], from: number): number {
  for (let gap = 0; gap <= REACH; gap += 1) {
    const phrase = words.slice(from + gap, from + gap + 4).join(" ");
    const found = BEHIND.find(([behindTerm]) => `${phrase} `.startsWith(`${behindTerm} `));
    if (found !== undefined) return found[1] * (1 - LOST_PER_WORD * gap);
  }
  return 0;
}

function before(words: readonly string[], upTo: number): number {
  for (let gap = 0; gap <= REACH; gap += 1) {
    const phrase = words.slice(Math.max(0, upTo - gap - 2), upTo - gap + 1).join(" ");
    const found = BEFORE.find(([beforeTerm]) => ` ${phrase}`.endsWith(` ${beforeTerm}`));
    if (found !== undefined) return found[1] * (1 - LOST_PER_WORD * gap);
  }
  return 0;
}

/** The share of the wanted stems that stand within the reach of a place. */
function coverage(stems: readonly string[], at: number, wanted: ReadonlySet<string>): number {
  const near = new Set(stems.slice(Math.max(0, at - REACH), at + REACH + 1));
  return [...wanted].filter((stem) => near.has(stem)).length / wanted.size;
}

/** A heading or an entry of a glossary that is the term: `Contango` above the passage, or `Contango: a market …`. */
function headFit(title: string, text: string, wanted: ReadonlySet<string>): number {
  const heading = title.split(" > ").at(-1) ?? "";
  const entries = text
    .split("\n")
    .flatMap(
      (line) => /^\W{0,3}([^:\u2013\u2014.]{2,60})(?::| [-\u2013\u2014] )\s*\S/u.exec(line)?.[1] ?? [],
    );
  return Math.max(0, ...[heading, ...entries].map((head) => headCoverage(head, wanted)));
}

/** How much of the wanted a head says and it only: 1 for the same stems. */
function headCoverage(head: string, wanted: ReadonlySet<string>): number {
  const stems = new Set(
    wordsOf(head)
      .map(stemOf)
      .filter((stem) => !ASKING.has(stem)),
  );
  if (stems.size === 0) return 0;
  const shared = [...stems].filter((stem) => wanted.has(stem)).length;
  return shared / (stems.size + wanted.size - shared);
}
