import { expect, it } from "vitest";
import { tellingWords, wordsOf } from "../../../../src/modules/search/text/words.ts";
import {
  embedWords,
  packWordTable,
  readWordTable,
  type WordTable,
} from "../../../../src/modules/search/vectors/word-table.ts";
import { testEnv } from "../../../support/env.ts";
import { collection, rankingOf } from "../../../support/retrieval.ts";

/** The table as the Worker is given it. */
async function shippedTable(): Promise<WordTable> {
  const response = await testEnv.ASSETS.fetch("https://assets/search/word-vectors.bin");
  expect(response.status).toBe(200);
  return readWordTable(await response.arrayBuffer());
}

function similarity(table: WordTable, a: string, b: string): number {
  const [left, right] = [a, b].map((text) => embedWords(table, tellingWords(wordsOf(text))));
  if (left === undefined || right === undefined) throw new Error("expected known words");
  return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
}

const ALONG_X = { word: "x", weight: 1, vector: Float32Array.of(1, 0, 0) };
const small = packWordTable(Float32Array.of(0, 0, 1), [
  { word: "yy", weight: 0.5, vector: Float32Array.of(0, 1, 0) },
  ALONG_X,
  { word: "y", weight: 1, vector: Float32Array.of(0, 1, 0) },
  { word: "common", weight: 1, vector: Float32Array.of(0, 0, 1) },
  { word: "z2", weight: 1, vector: Float32Array.of(1, 0, 9) },
]).buffer;

it("averages words by their weights, and takes away what all texts share", () => {
  const table = readWordTable(small);
  const length = Math.hypot(1, 0.5);
  const [x = 0, y = 0, z = 0] = embedWords(table, ["x", "yy", "common", "unheard"]) ?? [];
  expect([x, y, z]).toEqual([
    expect.closeTo(1 / length, 5),
    expect.closeTo(0.5 / length, 5),
    expect.closeTo(0, 5),
  ]);
  expect([...(embedWords(table, ["x", "x"]) ?? [])]).toEqual([expect.closeTo(1, 5), 0, 0]);
});

it("finds each of its words and no other, whatever their order and length", () => {
  const table = readWordTable(small);
  for (const word of ["x", "y", "yy", "z2"]) expect(embedWords(table, [word]), word).toBeDefined();
  for (const word of ["", "a", "common", "xx", "yyy", "z", "z20", "zz", "é", "constructor"])
    expect(embedWords(table, [word]), word).toBeUndefined();
  expect(embedWords(readWordTable(packWordTable(Float32Array.of(1), []).buffer), ["x"])).toBeUndefined();
});

it("refuses bytes that are no table, are cut short or are of another format", () => {
  expect(() => readWordTable(new ArrayBuffer(0))).toThrow(RangeError);
  expect(() => readWordTable(new ArrayBuffer(16))).toThrow(RangeError);
  expect(() => readWordTable(small.slice(0, -1))).toThrow(RangeError);
  expect(() => readWordTable(new Uint8Array(small).with(0, 2).buffer)).toThrow(RangeError);
});

it("is shipped with 60,000 words, those related nearer than those that are not", async () => {
  const table = await shippedTable();
  expect(table.dimensions).toBe(100);
  expect(table.scales).toHaveLength(60_000);
  const near = [
    ["stock", "shares"],
    ["profit", "earnings"],
    ["volatility", "uncertainty"],
    ["the bank lent money", "a lender granted a loan"],
  ] as const;
  for (const [a, b] of near) {
    expect(similarity(table, a, b), `${a} and ${b}`).toBeGreaterThan(0.3);
    expect(similarity(table, a, "violin concerto"), a).toBeLessThan(0.2);
  }
});

it("alone ranks Cranfield's abstracts within .03 of the recipe: nDCG@10 .21, recall@100 .54", async (ctx) => {
  const cranfield = await collection("cranfield");
  if (cranfield === undefined) return ctx.skip("the retrieval collections are missing");
  const table = await shippedTable();
  const embed = (text: string) => embedWords(table, tellingWords(wordsOf(text)));
  const vectors = cranfield.documents.map(({ text, title }) => embed(`${title} ${text}`));
  const { ndcg10, recall100 } = cranfield.measure((query) => rankingOf(vectors, embed(query)));
  expect(ndcg10).toBeGreaterThan(0.178);
  expect(recall100).toBeGreaterThan(0.507);
});
