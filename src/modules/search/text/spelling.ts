import type { WordList } from "./word-list.ts";
import { isTelling } from "./words.ts";

export interface Correction {
  word: string;
  /** In edits: letters put in, left out, exchanged, or two neighbours swapped. */
  distance: number;
}

/** Shorter words have too many neighbours, longer ones are none. */
const MIN_LETTERS = 4;
const MAX_LETTERS = 40;
/** From so many letters on, two edits are looked for. */
const LONG = 8;
/** A word that stands in so many passages is meant as it is. */
const OFTEN = 3;
/** A rarer one gives way only to a word that stands in so many times as many. */
const RATHER = 10;
/** Each part of a word that is split. */
const MIN_PART = 3;
/** Another first letter is seldom a slip. */
const OTHER_FIRST_LETTER = 0.5;

const LETTERS = /^\p{L}+$/u;

/** Whether a word may be a slip: one of four letters and more that the library has in two passages at most. */
export function isDoubtful(word: string, list: WordList): boolean {
  const hasLength = word.length >= MIN_LETTERS && word.length <= MAX_LETTERS;
  return hasLength && LETTERS.test(word) && isTelling(word) && list.countOf(word) < OFTEN;
}

/** The words of a library as corrections of words that it doesn't have; made once for a list, then asked word by word. */
export class Spelling {
  readonly #list: WordList;
  /** The places of words in the list by their length, and what letters each word has, as bits. */
  readonly #byLength = new Map<number, number[]>();
  readonly #letters: Int32Array;

  constructor(list: WordList) {
    this.#list = list;
    this.#letters = Int32Array.from(list.words, lettersIn);
    list.words.forEach((word, at) => {
      const same = this.#byLength.get(word.length);
      if (same) same.push(at);
      else this.#byLength.set(word.length, [at]);
    });
  }

  /**
   * The nearest words of the library for a doubtful one, at most `limit`: by distance (1, from eight letters on 2), where
   * another first letter is half an edit more, then the commonest first. A few milliseconds among 60,000 words.
   */
  corrections(word: string, limit: number): Correction[] {
    if (!isDoubtful(word, this.#list)) return [];
    const most = word.length >= LONG ? 2 : 1;
    const letters = lettersIn(word);
    const least = this.#list.countOf(word) * RATHER;
    const found: (Correction & { cost: number; count: number })[] = [];
    for (let length = word.length - most; length <= word.length + most; length += 1) {
      for (const at of this.#byLength.get(length) ?? []) {
        // An edit changes two bits at most; this leaves one word in a hundred to be compared.
        if (bitsIn(letters ^ (this.#letters[at] ?? 0)) > 2 * most) continue;
        const other = this.#list.words[at] ?? "";
        const count = this.#list.counts[at] ?? 0;
        if (count <= least || other === word) continue;
        const distance = editDistance(word, other, most);
        if (distance > most || !LETTERS.test(other)) continue;
        found.push({ word: other, distance, count, cost: distance + firstLetterCost(word, other) });
      }
    }
    found.sort((a, b) => a.cost - b.cost || b.count - a.count || (a.word < b.word ? -1 : 1));
    return found.slice(0, limit).map(({ distance, word: other }) => ({ word: other, distance }));
  }

  /** The word as two of the library's words, that with the commoner rarer part first; at most `limit`. */
  splits(word: string, limit: number): string[] {
    const found: { text: string; count: number }[] = [];
    for (let at = MIN_PART; at <= word.length - MIN_PART; at += 1) {
      const [first, second] = [word.slice(0, at), word.slice(at)];
      const count = Math.min(this.#list.countOf(first), this.#list.countOf(second));
      if (count > 0) found.push({ text: `${first} ${second}`, count });
    }
    return found
      .sort((a, b) => b.count - a.count)
      .slice(0, limit)
      .map(({ text }) => text);
  }
}

const firstLetterCost = (a: string, b: string): number => (a[0] === b[0] ? 0 : OTHER_FIRST_LETTER);

function lettersIn(word: string): number {
  let bits = 0;
  for (let at = 0; at < word.length; at += 1) bits |= 1 << (word.charCodeAt(at) & 31);
  return bits;
}

/** The sums of ever wider groups of bits. */
function bitsIn(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * The Damerau-Levenshtein distance of two words in its restricted form (optimal string alignment: no letter is edited
 * twice), or `most + 1` where it is more. Only cells within `most` of the diagonal are looked at.
 */
export function editDistance(a: string, b: string, most: number): number {
  const far = most + 1;
  if (Math.abs(a.length - b.length) > most) return far;
  const width = b.length + 1;
  const cells = new Uint8Array((a.length + 1) * width).fill(far);
  for (let j = 0; j <= Math.min(b.length, most); j += 1) cells[j] = j;
  const at = (i: number, j: number) => cells[i * width + j] ?? far;
  let last = 0;
  for (let i = 1; i <= a.length; i += 1) {
    if (i <= most) cells[i * width] = i;
    let nearest = at(i, 0);
    for (let j = Math.max(1, i - most); j <= Math.min(b.length, i + most); j += 1) {
      const letter = a.charCodeAt(i - 1);
      const other = b.charCodeAt(j - 1);
      let cell = Math.min(
        at(i - 1, j - 1) + (letter === other ? 0 : 1),
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        far,
      );
      const swaps = i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && other === a.charCodeAt(i - 2);
      if (swaps) cell = Math.min(cell, at(i - 2, j - 2) + 1);
      cells[i * width + j] = cell;
      nearest = Math.min(nearest, cell);
    }
    // A swap reaches two rows back, so only two far rows in a row end it.
    if (nearest > most && last > most) return far;
    last = nearest;
  }
  return at(a.length, b.length);
}
