import { evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { Build } from "../../../../src/modules/search/index/types.ts";
import { learnTopics } from "../../../../src/modules/search/train.ts";
import { encodeModel } from "../../../../src/modules/search/vectors/lsa-format.ts";
import { type DocumentId, newId } from "../../../../src/platform/ids.ts";
import { testEnv } from "../../../support/env.ts";
import { addDocument, ask, chunksOfTexts, newIndex, type TestIndex } from "../../../support/library-index.ts";
import { testPlatform } from "../../../support/platform.ts";

const BIRDS = "heron wader reed marsh nest feather beak wing egret stork bittern lagoon plumage".split(" ");
const QUERY = "heron marsh";

/** Topics that know the words of the passages below, learnt elsewhere. */
let topics: Uint8Array;
beforeAll(async () => {
  const desk = newIndex();
  const texts = Array.from({ length: 240 }, (_, at) => {
    const words = Array.from({ length: 6 }, (_, n) => BIRDS[(at * (n + 3) + n * n) % BIRDS.length]);
    return `${words.join(" ")} made${at % 40}`;
  });
  await addDocument(desk, { id: newId("doc") }, texts);
  const learnt = await learnTopics(testPlatform(), desk.desk);
  if (learnt === undefined) throw new Error("no topics");
  topics = encodeModel(learnt);
});

interface Shown {
  texts: string[];
  title: string;
}

/** What an index must show, kept as plainly as can be. */
class Model {
  readonly desk: TestIndex = newIndex();
  readonly documents = Array.from({ length: 3 }, () => newId("doc"));
  readonly titles = new Map<DocumentId, string>();
  readonly latest = new Map<DocumentId, { build: Build; version: number; isAbandoned: boolean }>();
  readonly removed = new Set<DocumentId>();
  live = new Map<DocumentId, { texts: string[]; build: Build }>();
  rebuild: { job: Build; next: Model["live"] } | undefined;
  candidate: number | undefined;
  isTrained = false;
  #made = 0;

  texts(count: number): string[] {
    return Array.from({ length: count }, () => {
      this.#made += 1;
      const word = BIRDS[this.#made % BIRDS.length];
      return `${QUERY} ${word} made${String(this.#made).padStart(4, "0")}`;
    });
  }

  described(id: DocumentId) {
    const version = (this.latest.get(id)?.version ?? 0) + 1;
    const title = this.titles.get(id) ?? "";
    return { id, title, author: null, category: null, language: null, tags: [], version };
  }

  get shown(): Shown[] {
    return [...this.live].map(([id, { texts }]) => ({ texts, title: this.titles.get(id) ?? "" }));
  }
}

type Operation = (model: Model, at: number, count: number) => Promise<void>;

async function begin(model: Model, at: number): Promise<{ id: DocumentId; build: Build } | undefined> {
  const id = model.documents[at] ?? newId("doc");
  const build = newId("job");
  const document = model.described(id);
  const answer = await model.desk.index.begin(document, build);
  expect(answer).toBe(model.removed.has(id) ? "removed" : "ok");
  if (answer !== "ok") return undefined;
  model.latest.set(id, { build, version: document.version, isAbandoned: false });
  return { id, build };
}

const OPERATIONS: Record<string, Operation> = {
  async publish(model, at, count) {
    const begun = await begin(model, at);
    if (begun === undefined) return;
    const { build, id } = begun;
    const texts = model.texts(count);
    expect(await model.desk.index.put(id, build, 0, 1, chunksOfTexts(id, texts))).toBe("ok");
    expect(await model.desk.index.publish(id, build, count)).toBe("ok");
    model.live.set(id, { texts, build });
    model.rebuild?.next.set(id, { texts, build });
  },
  async stageAlone(model, at, count) {
    const begun = await begin(model, at);
    if (begun === undefined) return;
    await model.desk.index.put(begun.id, begun.build, 0, 1, chunksOfTexts(begun.id, model.texts(count)));
    expect(await model.desk.index.publish(begun.id, begun.build, count + 1)).toBe("incomplete");
  },
  async abandon(model, at) {
    const id = model.documents[at] ?? newId("doc");
    const known = model.latest.get(id);
    if (known === undefined) return;
    await model.desk.index.abandon({ ...model.described(id), version: 0 }, known.build);
    if (model.removed.has(id)) return;
    known.isAbandoned = true;
    for (const side of [model.live, model.rebuild?.next])
      if (side?.get(id)?.build === known.build) side.delete(id);
  },
  async retitle(model, at, count) {
    const id = model.documents[at] ?? newId("doc");
    const known = model.latest.get(id);
    if (known === undefined || model.removed.has(id)) return;
    model.titles.set(id, `Title of ${BIRDS[count]} ${model.texts(1)}`);
    const document = model.described(id);
    await model.desk.index.describe(document);
    known.version = document.version;
  },
  async remove(model, at) {
    const id = model.documents[at] ?? newId("doc");
    await model.desk.index.remove(id);
    model.removed.add(id);
    model.live.delete(id);
    model.rebuild?.next.delete(id);
  },
  async renew(model, at) {
    // A document has one life; another takes the place of one that is gone.
    const id = model.documents[at];
    if (id !== undefined && model.removed.has(id)) model.documents[at] = newId("doc");
  },
  async openRebuild(model) {
    const job = newId("job");
    await model.desk.index.openRebuild(job);
    model.rebuild = { job, next: new Map() };
    model.candidate = undefined;
  },
  async rebuildOne(model, at) {
    const id = model.documents[at] ?? newId("doc");
    const [now, known, rebuild] = [model.live.get(id), model.latest.get(id), model.rebuild];
    if (now === undefined || known === undefined || rebuild === undefined) return;
    const isLater = known.build > rebuild.job || (known.build === rebuild.job && known.isAbandoned);
    const answer = await model.desk.index.begin({ ...model.described(id), version: 0 }, rebuild.job);
    expect(answer).toBe(isLater ? "stale" : "ok");
    if (answer !== "ok") return;
    known.build = rebuild.job;
    known.isAbandoned = false;
    const texts = now.texts.map((text) => `${text} anew`);
    await model.desk.index.put(id, rebuild.job, 0, 1, chunksOfTexts(id, texts));
    expect(await model.desk.index.publish(id, rebuild.job, texts.length)).toBe("ok");
    if (rebuild.next.get(id)?.build !== rebuild.job) rebuild.next.set(id, { texts, build: rebuild.job });
  },
  async dropRebuild(model) {
    if (model.rebuild === undefined) return;
    await model.desk.index.dropRebuild(model.rebuild.job);
    expect(await model.desk.index.finishRebuild(model.rebuild.job, 5)).toBe(false);
    model.rebuild = undefined;
  },
  async finishRebuild(model, _, count) {
    const { live, rebuild } = model;
    if (rebuild === undefined) return;
    while (!(await model.desk.index.finishRebuild(rebuild.job, count)));
    model.live = new Map([...live, ...rebuild.next]);
    model.rebuild = undefined;
  },
  async offerTopics(model) {
    const offered = await model.desk.index.offerTopics(topics);
    expect(offered === undefined).toBe(model.rebuild !== undefined);
    model.candidate = offered;
  },
  async placeBlock(model) {
    if (model.candidate === undefined) return;
    const placed = await model.desk.index.placeBlock(model.candidate);
    expect(placed).not.toBe("gone");
    model.isTrained ||= placed === "adopted";
  },
  async evict(model) {
    await evictDurableObject(testEnv.LIBRARY_INDEX.getByName(model.desk.desk));
  },
};

const sorted = (texts: string[]) => texts.toSorted();

async function check(model: Model): Promise<void> {
  const all = sorted(model.shown.flatMap(({ texts }) => texts));
  for (const mode of ["bm25", "vector", "hybrid"] as const) {
    const { hits, total } = await ask(model.desk, QUERY, { mode, limit: 100, facets: true });
    expect(sorted(hits.map(({ text }) => text)), mode).toEqual(all);
    expect(total).toBe(all.length);
    const titles = hits.map(({ document_id }) => model.titles.get(document_id) ?? "");
    expect(hits.map(({ title }) => title)).toEqual(titles);
  }
  for (const [id, { texts }] of model.live) {
    const filters = { document_ids: [id] };
    for (const mode of ["bm25", "vector"] as const) {
      const { hits } = await ask(model.desk, QUERY, { mode, filters });
      expect(sorted(hits.map(({ text }) => text)), `${mode} of one`).toEqual(sorted(texts));
    }
    const title = model.titles.get(id);
    if (title !== undefined)
      expect((await model.desk.index.complete(title, 5)).titles).toEqual([{ text: title, document_id: id }]);
    expect((await model.desk.index.chunks(id, -1, 10)).map(({ text }) => text)).toEqual(texts);
    const [chunk] = await model.desk.index.chunks(id, -1, 1);
    if (chunk === undefined) continue;
    const alike = await model.desk.index.similar({ chunk: chunk.id, document: "any", limit: 50 });
    expect(alike?.hits).toHaveLength(all.length - 1);
    expect(alike?.trained).toBe(model.isTrained);
  }
  expect(await model.desk.index.statistics()).toMatchObject({
    documents: model.live.size,
    chunks: all.length,
  });
}

/** Whatever memory holds, what SQLite says is the same. */
async function checkMemory({ desk }: Model): Promise<void> {
  const answers = async () =>
    await Promise.all(
      [QUERY, "title of heron", "marsh anew"].map(
        async (query) => (await ask(desk, query, { limit: 100 })).hits,
      ),
    );
  const before = await answers();
  await evictDurableObject(testEnv.LIBRARY_INDEX.getByName(desk.desk));
  expect(await answers()).toEqual(before);
}

it("shows what a plain list of documents would, whatever is done to it and in whatever order", {
  timeout: 120_000,
}, async () => {
  const step = fc.tuple(
    fc.constantFrom(...Object.keys(OPERATIONS), "publish", "publish", "rebuildOne"),
    fc.nat(2),
    fc.integer({ min: 1, max: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
      const model = new Model();
      await check(model);
      for (const [name, at, count] of steps) {
        await OPERATIONS[name]?.(model, at, count);
        await check(model);
      }
      await checkMemory(model);
    }),
    { numRuns: 10 },
  );
});
