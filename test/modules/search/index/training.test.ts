import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { learnTopics } from "../../../../src/modules/search/train.ts";
import { encodeModel } from "../../../../src/modules/search/vectors/lsa-format.ts";
import { newId } from "../../../../src/platform/ids.ts";
import { testEnv } from "../../../support/env.ts";
import { addDocument, ask, newIndex, type TestIndex, textsFound } from "../../../support/library-index.ts";
import { testPlatform } from "../../../support/platform.ts";

const TOPICS = [
  "heron wader reed marsh nest feather beak wing egret stork bittern lagoon plumage fledgling".split(" "),
  "volatility variance option hedge gamma smile surface strike skew vega theta maturity premium payoff".split(
    " ",
  ),
  "wheat harvest granary silo combine acre barley field plough furrow sheaf threshing bushel maize".split(
    " ",
  ),
];

/** Passages of one topic each, of six of its words, so that words of a topic stand together but never all. */
function passages(count: number, seed: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const words = TOPICS[(at + seed) % TOPICS.length] ?? [];
    const some = Array.from({ length: 6 }, (_, n) => words[(at * (n + 3) + n * n) % words.length]);
    return `${some.join(" ")} item${at}x${seed}`;
  });
}

async function train({ desk, index }: TestIndex, between: (step: number) => Promise<void> = async () => {}) {
  const topics = await learnTopics(testPlatform(), desk);
  if (topics === undefined) throw new Error("no topics");
  const model = await index.offerTopics(encodeModel(topics));
  if (model === undefined) throw new Error("not taken");
  for (let step = 0; ; step += 1) {
    const placed = await index.placeBlock(model);
    if (typeof placed === "string") return placed;
    await between(step);
  }
}

it("is due once at two hundred passages, and again when the library grew by a third", async () => {
  const desk = newIndex();
  await addDocument(desk, { id: newId("doc") }, passages(150, 0));
  expect(await desk.index.claimTraining(0)).toBe(false);
  await addDocument(desk, { id: newId("doc") }, passages(90, 1));
  const claims = await Promise.all([1, 2, 3].map(() => desk.index.claimTraining(0)));
  expect(claims.filter((claimed) => claimed)).toHaveLength(1);
  expect(await desk.index.claimTraining(11 * 60_000)).toBe(true); // the first trainer was not heard of again
  expect(await train(desk)).toBe("adopted");
  expect(await desk.index.claimTraining(0)).toBe(false);
  await addDocument(desk, { id: newId("doc") }, passages(100, 2));
  expect(await desk.index.claimTraining(0)).toBe(true);
});

it("finds passages of a topic that share no word with the query, once topics were learnt", async () => {
  const desk = newIndex();
  await addDocument(desk, { id: newId("doc") }, passages(240, 0));
  expect((await ask(desk, "heron")).trained).toBe(false);
  await train(desk);
  const { hits, trained } = await ask(desk, "heron wader", { mode: "vector", limit: 100 });
  expect(trained).toBe(true);
  const birds = new Set(TOPICS[0]);
  for (const { text } of hits) expect(text.split(" ").some((word) => birds.has(word))).toBe(true);
  expect(hits.some(({ text }) => !/heron|wader/.test(text))).toBe(true);
});

it("places what changed while it was placing again, and passages that come later at once", async () => {
  const desk = newIndex();
  const early = newId("doc");
  await addDocument(desk, { id: early }, passages(1_200, 0));
  const late = newId("doc");
  const outcome = await train(desk, async (step) => {
    if (step === 0) await addDocument(desk, { id: late }, ["marsh reed nest latecomer"]);
  });
  expect(outcome).toBe("adopted");
  const found = (query: string) => textsFound(desk, query, { mode: "vector", limit: 100 });
  expect(await found("marsh reed nest latecomer")).toContain("marsh reed nest latecomer");
  await addDocument(desk, { id: newId("doc") }, ["gamma smile surface afterwards"]);
  expect((await found("gamma smile surface"))[0]).toContain("gamma");
  await desk.index.remove(late);
  expect(await found("marsh reed nest latecomer")).not.toContain("marsh reed nest latecomer");
});

it("gives the same answer after it was put out of memory", async () => {
  const desk = newIndex();
  await addDocument(desk, { id: newId("doc"), title: "Birds" }, passages(240, 0));
  await train(desk);
  const before = await ask(desk, "heron in the reed");
  await evictDurableObject(testEnv.LIBRARY_INDEX.getByName(desk.desk));
  const { cached, hits } = await ask(desk, "heron in the reed");
  expect(cached).toBe(false);
  expect(hits).toEqual(before.hits);
});

it("gives up what it trains when a rebuild begins, for that makes every passage anew", async () => {
  const desk = newIndex();
  await addDocument(desk, { id: newId("doc") }, passages(240, 0));
  const topics = await learnTopics(testPlatform(), desk.desk);
  if (topics === undefined) throw new Error("no topics");
  const model = await desk.index.offerTopics(encodeModel(topics));
  if (model === undefined) throw new Error("not taken");
  const job = newId("job");
  await desk.index.openRebuild(job);
  expect(await desk.index.placeBlock(model)).toBe("gone");
  expect(await desk.index.offerTopics(encodeModel(topics))).toBeUndefined();
  expect(await desk.index.claimTraining(0)).toBe(false);
  await desk.index.finishRebuild(job, 100);
  expect(await desk.index.claimTraining(0)).toBe(true);
});

it("finds nothing by the words of a document that is gone, though topics were learnt with it", async () => {
  const desk = newIndex();
  await addDocument(desk, { id: newId("doc") }, passages(240, 0));
  const fish = newId("doc");
  const other = "zandrix perchol pikeyd tenchov";
  await addDocument(
    desk,
    { id: fish },
    Array.from({ length: 40 }, (_, at) => `${other} heron lagoon ${at}`),
  );
  await train(desk);
  expect((await ask(desk, "zandrix perchol")).hits.length).toBeGreaterThan(0);
  await desk.index.remove(fish);
  for (const mode of ["hybrid", "vector", "bm25"] as const)
    expect(await ask(desk, "zandrix perchol", { mode })).toMatchObject({ hits: [], total: 0 });
});

it("is due again when the library shrank by a third, and gives topics up that it became too small for", async () => {
  const desk = newIndex();
  const [large, small] = [newId("doc"), newId("doc")];
  await addDocument(desk, { id: large }, passages(240, 0));
  await addDocument(desk, { id: small }, passages(240, 1));
  await train(desk);
  expect(await desk.index.claimTraining(0)).toBe(false);
  await desk.index.remove(large);
  expect(await desk.index.claimTraining(0)).toBe(true);
  await train(desk);
  await desk.index.remove(small);
  await addDocument(desk, { id: newId("doc") }, passages(20, 2));
  expect(await desk.index.claimTraining(0)).toBe(false);
  expect((await ask(desk, "heron")).trained).toBe(false);
});

it("finds by the meaning of words alone before there are topics", async () => {
  const desk = newIndex();
  await addDocument(desk, { id: newId("doc") }, [
    "The stock market fell and investors sold their shares.",
    "Bake the bread for an hour in a hot oven.",
  ]);
  expect((await textsFound(desk, "equities traders", { mode: "vector" }))[0]).toContain("stock market");
});
