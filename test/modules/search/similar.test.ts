import { describe, expect, it } from "vitest";
import { learnTopics } from "../../../src/modules/search/train.ts";
import { encodeModel } from "../../../src/modules/search/vectors/lsa-format.ts";
import { newId } from "../../../src/platform/ids.ts";
import { call, newAccount, uploadAndProcess } from "../../support/desk.ts";
import { addDocument, chunksOfTexts, newIndex } from "../../support/library-index.ts";
import { testPlatform } from "../../support/platform.ts";

const [FIRST, SECOND] = [newId("doc"), newId("doc")];
const OPTIONS = [
  "The volatility smile of equity options steepens in a crash.",
  "Implied volatility of options forms a smile across strikes.",
  "Wheat is stored in silos until the winter is over.",
];

describe("the passages like one", () => {
  it("are the nearest in meaning first, by cosines from 0 to 1, without the passage itself", async () => {
    const library = newIndex();
    await addDocument(library, { id: FIRST, title: "First" }, OPTIONS);
    const [asked, near, far] = chunksOfTexts(FIRST, OPTIONS).map(({ id }) => id);
    if (asked === undefined) throw new Error("no chunk");
    const found = await library.index.similar({ chunk: asked, document: "any", limit: 10 });
    const ids = found?.hits.map(({ id }) => id) ?? [];
    expect(ids[0]).toBe(near);
    expect(ids).not.toContain(asked);
    if (ids.length > 1) expect(ids[1]).toBe(far);
    const scores = found?.hits.map(({ score }) => score) ?? [];
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const score of scores) expect(score > 0 && score <= 1).toBe(true);
    expect(found?.trained).toBe(false);
  });

  it("are of other documents alone where that is asked for, and as many as were asked for", async () => {
    const library = newIndex();
    await addDocument(library, { id: FIRST }, OPTIONS);
    await addDocument(library, { id: SECOND }, OPTIONS);
    const chunk = chunksOfTexts(FIRST, OPTIONS)[0]?.id;
    if (chunk === undefined) throw new Error("no chunk");
    const others = await library.index.similar({ chunk, document: "other", limit: 10 });
    expect(others?.hits.map(({ document_id }) => document_id)).toContain(SECOND);
    expect(others?.hits.map(({ document_id }) => document_id)).not.toContain(FIRST);
    expect(others?.hits[0]?.score).toBeCloseTo(1, 2);
    expect((await library.index.similar({ chunk, document: "any", limit: 1 }))?.hits).toHaveLength(1);
  });

  it("are compared by the library's own topics once these were learnt", async () => {
    const library = newIndex();
    const topics = [
      "heron wader reed marsh nest egret lagoon",
      "variance option hedge gamma smile skew vega",
    ];
    const texts = Array.from({ length: 240 }, (_, at) => {
      const words = (topics[at % 2] ?? "").split(" ");
      const some = [0, 1, 2].map((n) => words[(at + n * (1 + (at % 3))) % words.length]);
      return `${some.join(" ")} item${at % 40}`;
    });
    await addDocument(library, { id: FIRST }, texts);
    const learnt = await learnTopics(testPlatform(), library.desk);
    if (learnt === undefined) throw new Error("no topics");
    const model = await library.index.offerTopics(encodeModel(learnt));
    if (model === undefined) throw new Error("not taken");
    while (typeof (await library.index.placeBlock(model)) !== "string");
    const chunk = chunksOfTexts(FIRST, texts)[0]?.id;
    if (chunk === undefined) throw new Error("no chunk");
    const found = await library.index.similar({ chunk, document: "any", limit: 50 });
    expect(found?.trained).toBe(true);
    expect(found?.hits).toHaveLength(50);
    for (const { text } of found?.hits ?? []) expect(topics[0]).toContain(text.split(" ")[0]);
  });

  it("leave out documents that were removed", async () => {
    const library = newIndex();
    await addDocument(library, { id: FIRST }, OPTIONS);
    await addDocument(library, { id: SECOND }, OPTIONS);
    await library.index.remove(SECOND);
    const [kept, gone] = [FIRST, SECOND].map((id) => chunksOfTexts(id, OPTIONS)[0]?.id);
    if (kept === undefined || gone === undefined) throw new Error("no chunks");
    expect((await library.index.similar({ chunk: kept, document: "other", limit: 10 }))?.hits).toEqual([]);
    expect(await library.index.similar({ chunk: gone, document: "any", limit: 10 })).toBeUndefined();
  });

  it("are hits as a search has them, of the desk's own passages", async () => {
    const { access_token: token } = await newAccount();
    const text = OPTIONS.map((line, at) => `# Part ${at}\n\n${line}\n`).join("\n");
    const { id } = await uploadAndProcess(token, text, "options.md");
    const listed = await call(`/v1/documents/${id}/chunks`, { token });
    const [chunk] = (await listed.json<{ data: { id: string }[] }>()).data;
    const answer = await call(`/v1/search/similar/${chunk?.id}?limit=2&document=any`, { token });
    expect(answer.status).toBe(200);
    const { chunk_id, results } = await answer.json<{ chunk_id: string; results: { text: string }[] }>();
    expect(chunk_id).toBe(chunk?.id);
    expect(results[0]).toMatchObject({ document_id: id, locator: { heading: "Part 1" } });
    expect(results[0]?.text).toContain(OPTIONS[1]);
    for (const wrong of ["limit=0", "limit=51", "document=mine"])
      expect((await call(`/v1/search/similar/${chunk?.id}?${wrong}`, { token })).status, wrong).toBe(422);
    const stranger = await newAccount();
    const hidden = await call(`/v1/search/similar/${chunk?.id}`, { token: stranger.access_token });
    expect(hidden.status).toBe(404);
    expect(await hidden.json()).toMatchObject({ code: "search.passage_not_found" });
  });
});
