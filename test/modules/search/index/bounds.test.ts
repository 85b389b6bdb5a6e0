import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { createTables } from "../../../../src/modules/search/index/schema.ts";
import { makeVocabulary, readVocabulary } from "../../../../src/modules/search/index/vocabulary.ts";
import { newId } from "../../../../src/platform/ids.ts";
import { testEnv } from "../../../support/env.ts";
import { addDocument, ask, newIndex, textsFound } from "../../../support/library-index.ts";

const letters = (at: number) => String.fromCodePoint(0x4e00 + Math.floor(at / 300), 0x5e00 + (at % 300));

it("keeps a vocabulary of sixty thousand words of whatever script in values of less than 2 MB", {
  timeout: 60_000,
}, async () => {
  await runInDurableObject(testEnv.LIBRARY_INDEX.getByName(newId("dsk")), (_, { storage: { sql } }) => {
    createTables(sql);
    for (let from = 0; from < 61_000; from += 1_000) {
      const words = Array.from(
        { length: 1_000 },
        (_, at) => `${letters(from + at)}${"移".repeat(from < 500 ? 30 : 16)}`,
      );
      sql.exec("INSERT INTO forms_0 (words, forms) VALUES (?, '')", words.join(" "));
    }
    sql.exec("INSERT INTO forms_0 (words, forms) VALUES ('proﬁt 𝑥𝑦𝑧 𝑥𝑦𝑧', '')");
    sql.exec("INSERT INTO forms_0 (words, forms) VALUES ('proﬁt 𝑥𝑦𝑧', '')");
    makeVocabulary(sql);
    const sizes = sql
      .exec<{ n: number }>("SELECT length(CAST(words AS BLOB)) AS n FROM vocabulary")
      .toArray();
    expect(sizes).toHaveLength(2);
    for (const { n } of sizes) expect(n).toBeLessThan(2_000_000);
    const list = readVocabulary(sql);
    expect(list.words).toHaveLength(60_000);
    expect(list.words.some((word) => word.length > 18)).toBe(false);
    expect([list.countOf("proﬁt"), list.countOf("𝑥𝑦𝑧")]).toEqual([2, 2]);
  });
});

it("changes a document of more passages than are held at once as a whole", { timeout: 60_000 }, async () => {
  const desk = newIndex();
  const id = newId("doc");
  const texts = Array.from({ length: 2_100 }, (_, at) => `heron number${at}`);
  await addDocument(desk, { id, title: "Old" }, texts);
  const described = {
    id,
    title: "New lagoon",
    author: null,
    category: null,
    language: null,
    tags: [],
    version: 2,
  };
  await desk.index.describe(described);
  for (const at of [0, 1_023, 1_024, 1_025, 2_047, 2_048, 2_099]) {
    expect(await textsFound(desk, `number${at}`, { mode: "bm25" })).toEqual([`heron number${at}`]);
  }
  expect((await ask(desk, "lagoon", { limit: 3_000, mode: "bm25" })).hits).toHaveLength(2_100);
  expect((await ask(desk, "old", { mode: "bm25" })).hits).toEqual([]);
  expect((await ask(desk, "heron", { mode: "vector" })).hits).toHaveLength(20);
  await addDocument(desk, { id }, texts.slice(0, 1_500));
  expect(await desk.index.statistics()).toMatchObject({ documents: 1, chunks: 1_500 });
  await desk.index.remove(id);
  for (const mode of ["bm25", "vector", "hybrid"] as const)
    expect((await ask(desk, "heron", { mode })).total).toBe(0);
});

it("takes large documents over one at a time at the end of a rebuild, so that every step ends in its time", {
  timeout: 60_000,
}, async () => {
  const desk = newIndex();
  for (const count of [3_000, 3_000, 10]) {
    const texts = Array.from({ length: count }, (_, at) => `heron ${count} ${at}`);
    await addDocument(desk, { id: newId("doc") }, texts);
  }
  const job = newId("job");
  await desk.index.openRebuild(job);
  expect(await desk.index.finishRebuild(job, 5)).toBe(false);
  expect(await desk.index.finishRebuild(job, 5)).toBe(true);
  expect(await desk.index.statistics()).toMatchObject({ documents: 3, chunks: 6_010 });
});
