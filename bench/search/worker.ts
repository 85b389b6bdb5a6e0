import type { z } from "zod";
import type { Env } from "../../src/env.ts";
import { Problem } from "../../src/http/problem.ts";
import { chunksOf } from "../../src/modules/library/indexing.ts";
import { indexOf } from "../../src/modules/search/index/open.ts";
import { searchDesk } from "../../src/modules/search/search.ts";
import { learnTopics } from "../../src/modules/search/train.ts";
import { encodeModel } from "../../src/modules/search/vectors/lsa-format.ts";
import { openObject } from "../../src/platform/durable-objects.ts";
import { type DeskId, newId } from "../../src/platform/ids.ts";
import { openPlatform, type Platform } from "../../src/platform/platform.ts";
import worker from "../../src/worker.ts";
import type { SearchWork } from "./measured-index.ts";
import {
  type fillAnswer,
  fillRequest,
  type MadeDocument,
  type QueriesRequest,
  type QueryAnswer,
  type queriesAnswer,
  queriesRequest,
  type trainAnswer,
  trainRequest,
} from "./protocol.ts";

/** The product's Worker with three routes more, which fill a desk's index, train it and search it past accounts and uploads. */

export * from "../../src/worker.ts";
export { MeasuredIndex as LibraryIndex } from "./measured-index.ts";

export default {
  ...worker,
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    const platform = openPlatform(env, (work) => ctx.waitUntil(work));
    try {
      if (pathname === "/evaluation/fill") return await fill(platform, await request.json());
      if (pathname === "/evaluation/train") return await train(platform, await request.json());
      if (pathname === "/evaluation/queries") return await runQueries(platform, await request.json());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return Response.json({ code: error.code, detail: error.message }, { status: error.status });
    }
    return await worker.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;

async function fill(platform: Platform, body: unknown): Promise<Response> {
  const { desk, documents } = fillRequest.parse(body);
  const chunks = await Promise.all(documents.map((document) => index(platform, desk, document)));
  const answer: z.infer<typeof fillAnswer> = { chunks: chunks.reduce((sum, count) => sum + count, 0) };
  return Response.json(answer);
}

/** Learns the topics of the desk's library as the job does that follows its growth. */
async function train(platform: Platform, body: unknown): Promise<Response> {
  const { desk } = trainRequest.parse(body);
  const index = indexOf(platform, desk);
  const topics = await learnTopics(platform, desk);
  if (topics !== undefined) {
    const model = await index.offerTopics(encodeModel(topics));
    for (;;) if (typeof (await index.placeBlock(model)) === "string") break;
  }
  const answer: z.infer<typeof trainAnswer> = { dimensions: topics?.dimensions ?? 0 };
  return Response.json(answer);
}

/** Indexes a document as its ingestion would once the text is extracted; answers its number of chunks. */
async function index(platform: Platform, desk: DeskId, { id, title, units }: MadeDocument): Promise<number> {
  const library = indexOf(platform, desk);
  const build = newId("job");
  const document = { id, title, author: null, category: null, language: "en", tags: [], version: 1 };
  const texts = units.map(({ heading, text }, at) => ({ index: at, place: { heading }, text, headings: [] }));
  const chunks = chunksOf(id, texts, 0);
  const answers = [
    await library.begin(document, build),
    await library.put(id, build, 0, units.length, chunks),
    await library.publish(id, build, chunks.length),
  ];
  if (answers.some((answer) => answer !== "ok")) throw new Error(`${id} was not indexed: ${answers.join()}`);
  return chunks.length;
}

/** One query after the other, so that each has the object to itself. */
async function runQueries(platform: Platform, body: unknown): Promise<Response> {
  const { queries, ...request } = queriesRequest.parse(body);
  const answers: QueryAnswer[] = [];
  for (const query of queries) answers.push(await runQuery(platform, request, query));
  const answer: z.infer<typeof queriesAnswer> = { answers };
  return Response.json(answer);
}

async function runQuery(
  platform: Platform,
  { desk, ...request }: Omit<QueriesRequest, "queries">,
  query: string,
): Promise<QueryAnswer> {
  const { results } = await searchDesk(platform, desk, { ...request, query });
  const measured = openObject<{ latestWork(): Promise<SearchWork> }>(
    platform.env.LIBRARY_INDEX,
    desk,
    platform.cost,
  );
  return { documents: [...new Set(results.map((hit) => hit.document_id))], ...(await measured.latestWork()) };
}
