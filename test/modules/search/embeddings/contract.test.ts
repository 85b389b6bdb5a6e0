import { describe, expect, it } from "vitest";
import type { Embeddings } from "../../../../src/modules/search/embeddings/types.ts";
import { workersAiEmbeddings } from "../../../../src/modules/search/embeddings/workers-ai.ts";
import { noCost } from "../../../../src/platform/cost.ts";
import { type ChunkId, newId } from "../../../../src/platform/ids.ts";
import { inMemoryEmbeddings } from "../../../support/embeddings/in-memory.ts";
import { testEnv } from "../../../support/env.ts";

const { AI: ai, VECTORIZE, VECTORIZE_SMALL } = testEnv;
const IMPLEMENTATIONS: [string, () => Embeddings][] = [
  ["the reference in memory", inMemoryEmbeddings],
  [
    "Workers AI with bge-m3, and Vectorize",
    () => workersAiEmbeddings({ ai, vectorize: VECTORIZE, model: "@cf/baai/bge-m3", cost: noCost() }),
  ],
  [
    "Workers AI with bge-small, and Vectorize",
    () =>
      workersAiEmbeddings({
        ai,
        vectorize: VECTORIZE_SMALL,
        model: "@cf/baai/bge-small-en-v1.5",
        cost: noCost(),
      }),
  ],
];

const RISK = "Position sizing limits the equity that one trade may lose";
const VENUE = "A venue reports fills over a socket";
const passage = (text: string) => ({ id: newId("chk"), text });
const idsOf = async (found: ReturnType<Embeddings["nearest"]>): Promise<ChunkId[]> =>
  (await found).map(({ id }) => id);

describe.each(IMPLEMENTATIONS)("embeddings by %s", (_, open) => {
  const embeddings = open();

  it("give the nearest passages first, and no more than were asked for", async () => {
    const desk = newId("dsk");
    const [risk, venue] = [passage(RISK), passage(VENUE)];
    await embeddings.upsert(desk, [venue, risk]);
    const both = await embeddings.nearest(desk, "position sizing of a trade", 10);
    expect(both.map(({ id }) => id)).toEqual([risk.id, venue.id]);
    expect(both[0]?.score).toBeGreaterThan(both[1]?.score ?? 1);
    expect(both[0]?.score).toBeLessThanOrEqual(1);
    expect(await idsOf(embeddings.nearest(desk, "fills over a socket", 1))).toEqual([venue.id]);
  });

  it("know nothing in a desk that has nothing", async () => {
    expect(await embeddings.nearest(newId("dsk"), "anything", 10)).toEqual([]);
  });

  it("put a passage's new text in place of its old one", async () => {
    const desk = newId("dsk");
    const one = passage(RISK);
    await embeddings.upsert(desk, [one, passage("Something else of sizing")]);
    await embeddings.upsert(desk, [{ ...one, text: VENUE }]);
    const found = await embeddings.nearest(desk, VENUE, 10);
    expect(found).toHaveLength(2);
    expect(found[0]?.id).toBe(one.id);
  });

  it("forget what was removed, and pass over what they never had", async () => {
    const desk = newId("dsk");
    const [gone, kept] = [passage(RISK), passage(RISK)];
    await embeddings.upsert(desk, [gone, kept]);
    await embeddings.remove(desk, [gone.id, newId("chk")]);
    await embeddings.remove(desk, [gone.id]);
    expect(await idsOf(embeddings.nearest(desk, RISK, 10))).toEqual([kept.id]);
  });

  it("keep desks apart, also where two have a passage of the same id", async () => {
    const [ours, theirs] = [newId("dsk"), newId("dsk")];
    const one = passage(RISK);
    await embeddings.upsert(ours, [one]);
    expect(await embeddings.nearest(theirs, RISK, 10)).toEqual([]);
    await embeddings.remove(theirs, [one.id]);
    await embeddings.upsert(theirs, [{ ...one, text: VENUE }]);
    expect((await embeddings.nearest(ours, RISK, 10))[0]).toMatchObject({ id: one.id });
    expect((await embeddings.nearest(ours, RISK, 10))[0]?.score).toBeGreaterThan(0.6);
    await embeddings.remove(theirs, [one.id]);
    expect(await idsOf(embeddings.nearest(ours, RISK, 10))).toEqual([one.id]);
  });

  it("take and drop more than a thousand passages at once, and give a hundred of them at most", async () => {
    const desk = newId("dsk");
    const many = Array.from({ length: 1_050 }, (_, n) => passage(`${RISK} number${n}`));
    await embeddings.upsert(desk, many);
    expect(await idsOf(embeddings.nearest(desk, "number777 ".repeat(5), 20))).toContain(many[777]?.id);
    expect(await embeddings.nearest(desk, RISK, 500)).toHaveLength(100);
    await embeddings.remove(
      desk,
      many.slice(1).map(({ id }) => id),
    );
    expect(await idsOf(embeddings.nearest(desk, RISK, 500))).toEqual([many[0]?.id]);
  });

  it("take a hundred of the longest passages at once, longer ones, and nothing at all", async () => {
    const desk = newId("dsk");
    const long = Array.from({ length: 100 }, () => passage("volatility ".repeat(400).slice(0, 4_000)));
    await embeddings.upsert(desk, long);
    await embeddings.upsert(desk, [passage(`${"😀".repeat(30_000)} end`), passage("\ud83d")]);
    await embeddings.upsert(desk, []);
    await embeddings.remove(desk, []);
    expect(await embeddings.nearest(desk, `volatility ${"clustering ".repeat(2_000)}`, 100)).toHaveLength(
      100,
    );
  });
});

describe("embeddings by Workers AI", () => {
  const small = workersAiEmbeddings({
    ai,
    vectorize: VECTORIZE_SMALL,
    model: "@cf/baai/bge-m3",
    cost: noCost(),
  });

  it("say when the index was made for another model", async () => {
    await expect(small.upsert(newId("dsk"), [passage(RISK)])).rejects.toThrow(/dimensions/);
  });

  it("say when the model fails", async () => {
    await expect(small.nearest(newId("dsk"), "modeldown", 1)).rejects.toThrow(/Capacity/);
  });

  it("count what is billed", async () => {
    const cost = noCost();
    const counted = workersAiEmbeddings({ ai, vectorize: VECTORIZE, model: "@cf/baai/bge-m3", cost });
    const desk = newId("dsk");
    const many = Array.from({ length: 150 }, () => passage(RISK));
    await counted.upsert(desk, many);
    await counted.nearest(desk, RISK, 1);
    await counted.remove(
      desk,
      many.map(({ id }) => id),
    );
    expect(cost).toMatchObject({ ai_runs: 3, vectorize_calls: 4 });
  });
});
