import { quantise, toUnit } from "./quantise.ts";

/** Changes whenever older bytes would be misread. */
const FORMAT = 1;
/** Format, dimensions, number of words, bytes of the letters; u32 each. */
const HEADER_FIELDS = 4;
const NUMBER_BYTES = 4;

/** Vectors of common English words, read where they lie: 60,000 words of 100 dimensions are 7 MB and no Map. */
export interface WordTable {
  dimensions: number;
  /** The direction that all texts share, of length 1; it says nothing about any of them. */
  common: Float32Array;
  /** A word's part in a text = its row of the table · its scale; its weight is in the scale. */
  scales: Float32Array;
  /** Word i is the letters from `starts[i]` to `starts[i + 1]`; words are sorted. */
  starts: Uint32Array;
  letters: Uint8Array;
  table: Int8Array;
}

export interface WeightedWord {
  /** ASCII. */
  word: string;
  /** What an occurrence counts in a text: the rarer the more. */
  weight: number;
  vector: Float32Array;
}

/** The bytes of a table: header, common, scales, starts, table, letters; numbers are little-endian. */
export function packWordTable(common: Float32Array, words: readonly WeightedWord[]): Uint8Array<ArrayBuffer> {
  const sorted = words.toSorted((a, b) => (a.word < b.word ? -1 : 1));
  const letters = new TextEncoder().encode(sorted.map(({ word }) => word).join(""));
  const sizes = [common.length, words.length, letters.length];
  const bytes = new Uint8Array(layoutOf(common.length, words.length, letters.length).end);
  new Uint32Array(bytes.buffer, 0, HEADER_FIELDS).set([FORMAT, ...sizes]);
  const views = viewTable(bytes.buffer);
  views.common.set(common);
  views.letters.set(letters);
  for (const [at, { vector, weight, word }] of sorted.entries()) {
    const target = views.table.subarray(at * common.length, (at + 1) * common.length);
    views.scales[at] = weight * quantise(vector, target).scale;
    views.starts[at + 1] = (views.starts[at] ?? 0) + word.length;
  }
  return bytes;
}

/** Opens the bytes of `packWordTable` without a copy. Throws a RangeError for others, or those of another format. */
export function readWordTable(bytes: ArrayBuffer): WordTable {
  const isTable = bytes.byteLength >= HEADER_FIELDS * NUMBER_BYTES && bytes.byteLength === sizeOf(bytes);
  if (!isTable) throw new RangeError("the bytes are no table of words, or one of another format");
  return viewTable(bytes);
}

/**
 * A text's place among meanings, of length 1: the average of its words, the rare ones weighing more, less what all
 * texts share (Arora et al. 2017). Words are lower-case. Undefined where no word is known.
 */
export function embedWords(table: WordTable, words: readonly string[]): Float32Array | undefined {
  const { common, dimensions, scales, table: rows } = table;
  const sum = new Float32Array(dimensions);
  for (const word of words) {
    const at = findWord(table, word);
    if (at === undefined) continue;
    const scale = scales[at] ?? 0;
    const from = at * dimensions;
    for (let j = 0; j < dimensions; j += 1) sum[j] = (sum[j] ?? 0) + scale * (rows[from + j] ?? 0);
  }
  let shared = 0;
  for (let j = 0; j < dimensions; j += 1) shared += (sum[j] ?? 0) * (common[j] ?? 0);
  return toUnit(sum.map((value, j) => value - shared * (common[j] ?? 0)));
}

/** Whether the word is one of the table's. */
export const hasWord = (table: WordTable, word: string): boolean => findWord(table, word) !== undefined;

/** The number of a word by binary search. */
function findWord(table: WordTable, word: string): number | undefined {
  let [low, high] = [0, table.scales.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareWith(table, middle, word);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

/** Below 0 where the table's word comes before the other. */
function compareWith({ letters, starts }: WordTable, at: number, word: string): number {
  const [start = 0, end = 0] = [starts[at], starts[at + 1]];
  const length = end - start;
  for (let i = 0; i < length && i < word.length; i += 1) {
    const difference = (letters[start + i] ?? 0) - word.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return length - word.length;
}

function layoutOf(dimensions: number, words: number, letters: number) {
  const common = HEADER_FIELDS * NUMBER_BYTES;
  const scales = common + dimensions * NUMBER_BYTES;
  const starts = scales + words * NUMBER_BYTES;
  const table = starts + (words + 1) * NUMBER_BYTES;
  const letterStart = table + words * dimensions;
  return { common, scales, starts, table, letters: letterStart, end: letterStart + letters };
}

function headerOf(bytes: ArrayBuffer) {
  const [format = 0, dimensions = 0, words = 0, letters = 0] = new Uint32Array(bytes, 0, HEADER_FIELDS);
  return { format, dimensions, words, letters };
}

/** How many bytes the header promises; undefined for another format. */
function sizeOf(bytes: ArrayBuffer): number | undefined {
  const { dimensions, format, letters, words } = headerOf(bytes);
  return format === FORMAT ? layoutOf(dimensions, words, letters).end : undefined;
}

function viewTable(bytes: ArrayBuffer): WordTable {
  const { dimensions, letters, words } = headerOf(bytes);
  const layout = layoutOf(dimensions, words, letters);
  return {
    dimensions,
    common: new Float32Array(bytes, layout.common, dimensions),
    scales: new Float32Array(bytes, layout.scales, words),
    starts: new Uint32Array(bytes, layout.starts, words + 1),
    table: new Int8Array(bytes, layout.table, words * dimensions),
    letters: new Uint8Array(bytes, layout.letters, letters),
  };
}
