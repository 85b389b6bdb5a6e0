import type { z } from "zod";
import type { Env } from "../../src/env.ts";
import { Problem } from "../../src/http/problem.ts";
import { searchDesk } from "../../src/modules/search/search.ts";
import { openObject } from "../../src/platform/durable-objects.ts";
import { openPlatform, type Platform } from "../../src/platform/platform.ts";
import worker from "../../src/worker.ts";
import { indexDocument, learnLibrary } from "./library.ts";
import type { SearchWork } from "./measured-index.ts";
import {
  type fillAnswer,
  fillRequest,
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
  const chunks = await Promise.all(documents.map((document) => indexDocument(platform, desk, document)));
  const answer: z.infer<typeof fillAnswer> = { chunks: chunks.reduce((sum, count) => sum + count, 0) };
  return Response.json(answer);
}

/** Learns the topics of the desk's library as the job does that follows its growth. */
async function train(platform: Platform, body: unknown): Promise<Response> {
  const { desk } = trainRequest.parse(body);
  const answer: z.infer<typeof trainAnswer> = { dimensions: await learnLibrary(platform, desk) };
  return Response.json(answer);
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
