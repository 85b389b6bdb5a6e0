import { expect, it } from "vitest";
import { foldIn, type LsaModel, trainLsa } from "../../../../src/modules/search/vectors/lsa.ts";
import { decodeModel, encodeModel } from "../../../../src/modules/search/vectors/lsa-format.ts";
import { randomFrom } from "../../../../src/modules/search/vectors/random.ts";
import { collection, rankingOf, stemsOf } from "../../../support/retrieval.ts";

const TOPICS = 16;
const WORDS_PER_TOPIC = 12;

/** Texts on a topic each; "car" and "automobile" belong to topic 0 and never occur together. */
function toyCorpus(size = 400) {
  const random = randomFrom(11);
  const pick = (count: number) => Math.floor(random() * count);
  return Array.from({ length: size }, (_, number) => {
    const topic = number % TOPICS;
    const words = Array.from({ length: 25 }, () =>
      random() < 0.3 ? `any${pick(200)}` : `topic${topic}w${pick(WORDS_PER_TOPIC)}`,
    );
    if (topic === 0) words.push(number % (2 * TOPICS) === 0 ? "car" : "automobile");
    if (topic === 1) words.push("bond");
    return { title: [`topic${topic}w0`], body: words };
  });
}

function trained(passages = toyCorpus(), dimensions = 128): LsaModel {
  const model = trainLsa(passages, dimensions);
  if (model === undefined) throw new Error("expected enough passages for a model");
  return model;
}

function similarity(model: LsaModel, a: string[], b: string[]): number {
  const [left, right] = [a, b].map((body) => foldIn(model, { title: [], body }));
  if (left === undefined || right === undefined) throw new Error("expected words of the model");
  return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
}

it("brings words near each other that share their contexts and no passage", () => {
  const model = trained(toyCorpus(), TOPICS);
  expect(similarity(model, ["car"], ["automobile"])).toBeGreaterThan(0.7);
  expect(similarity(model, ["car"], ["topic0w3", "topic0w5"])).toBeGreaterThan(0.5);
  expect(Math.abs(similarity(model, ["car"], ["bond"]))).toBeLessThan(0.2);
});

it("is the same for the same passages", () => {
  expect(encodeModel(trained())).toEqual(encodeModel(trained()));
});

it("comes back from its bytes, wherever they begin", () => {
  const model = trained();
  const bytes = encodeModel(model);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(decodeModel(shifted.subarray(3))).toEqual(model);
  expect(() => decodeModel(bytes.subarray(1))).toThrow(RangeError);
  expect(() => decodeModel(bytes.subarray(0, -1))).toThrow(RangeError);
  expect(() => decodeModel(new Uint8Array())).toThrow(RangeError);
  expect(() => decodeModel(bytes.with(0, 99))).toThrow(RangeError);
});

it("places passages by direction, and only those with a word of the model", () => {
  const model = trained();
  const vector = foldIn(model, { title: ["car"], body: ["bond"] }) ?? new Float32Array();
  expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  expect(foldIn(model, { title: ["unheard"], body: ["of"] })).toBeUndefined();
  expect(foldIn(model, { title: [], body: [] })).toBeUndefined();
});

it("weighs a title's word as two of the text's", () => {
  const model = trained();
  const titled = foldIn(model, { title: ["car"], body: ["bond"] });
  expect(titled).toEqual(foldIn(model, { title: [], body: ["bond", "car", "car"] }));
});

it("has a multiple of 16 dimensions, as passages and words allow, and none below that", () => {
  expect(trainLsa(toyCorpus(63))).toBeUndefined();
  expect(trainLsa([])).toBeUndefined();
  expect(trained(toyCorpus(64)).dimensions).toBe(16);
  expect(trained(toyCorpus(139)).dimensions).toBe(32);
  expect(trainLsa(toyCorpus(), 50)?.dimensions).toBe(48);
  expect(trainLsa(Array.from({ length: 100 }, () => ({ title: [], body: ["a", "b"] })))).toBeUndefined();
});

it("copes with passages that repeat each other, so that their space is smaller than asked for", () => {
  const different = toyCorpus(8);
  const model = trained(
    Array.from({ length: 200 }, (_, number) => different[number % 8] ?? { title: [], body: [] }),
  );
  expect(model.dimensions).toBeGreaterThan(different.length);
  for (const passage of different) {
    const vector = foldIn(model, passage);
    expect(vector?.every(Number.isFinite)).toBe(true);
    expect(similarity(model, passage.title, passage.body)).toBeGreaterThan(0.3);
  }
});

it("alone ranks Cranfield's abstracts within .02 of the recipe: nDCG@10 .41, recall@100 .79", async (ctx) => {
  const cranfield = await collection("cranfield");
  if (cranfield === undefined) return ctx.skip("the retrieval collections are missing");
  const passages = cranfield.documents.map(({ text, title }) => ({
    title: stemsOf(title),
    body: stemsOf(text),
  }));
  const model = trained(passages);
  const vectors = passages.map((passage) => foldIn(model, passage));
  const { ndcg10, recall100 } = cranfield.measure((query) =>
    rankingOf(vectors, foldIn(model, { title: [], body: stemsOf(query) })),
  );
  expect(model.dimensions).toBe(128);
  expect(ndcg10).toBeGreaterThan(0.393);
  expect(recall100).toBeGreaterThan(0.77);
});
