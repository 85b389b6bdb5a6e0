import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { DeskId } from "../../src/platform/ids.ts";
import type { BenchServer } from "../server.ts";
import {
  fillAnswer,
  type MadeDocument,
  problemAnswer,
  type QueriesRequest,
  type QueryAnswer,
  queriesAnswer,
  trainAnswer,
} from "./protocol.ts";

/** The Worker that knows the routes of the evaluation. */
export const EVALUATION_WORKER = "bench/search/worker.ts";
const PAGE = 50;

export const newDeskId = (): DeskId => `dsk_${randomBytes(16).toString("hex")}`;

/** What the Worker refused, by the code of its problem. */
export class Refused extends Error {
  readonly code: string;

  constructor({ code, detail }: z.infer<typeof problemAnswer>) {
    super(detail);
    this.code = code;
  }
}

async function post<T>(server: BenchServer, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
  const answer = await fetch(new URL(path, server.url), { method: "POST", body: JSON.stringify(body) });
  if (answer.ok) return schema.parse(await answer.json());
  const text = await answer.text();
  const type = answer.headers.get("content-type") ?? "";
  if (type.includes("json")) throw new Refused(problemAnswer.parse(JSON.parse(text)));
  throw new Error(`${path}: ${answer.status} ${text}`);
}

/** Indexes the documents in pages, each as its ingestion would; answers how many chunks they gave. */
export async function fillDesk(
  server: BenchServer,
  desk: DeskId,
  documents: Iterable<MadeDocument>,
  page = PAGE,
): Promise<number> {
  let chunks = 0;
  let waiting: MadeDocument[] = [];
  const send = async () => {
    chunks += (await post(server, "/evaluation/fill", { desk, documents: waiting }, fillAnswer)).chunks;
    waiting = [];
  };
  for (const document of documents) {
    waiting.push(document);
    if (waiting.length === page) await send();
  }
  if (waiting.length > 0) await send();
  return chunks;
}

/** Learns the topics of the desk's library; answers how many dimensions they have. */
export async function trainDesk(server: BenchServer, desk: DeskId): Promise<number> {
  return (await post(server, "/evaluation/train", { desk }, trainAnswer)).dimensions;
}

/** Runs the queries one after the other. Throws `Refused` where the desk's index doesn't offer the mode. */
export async function queryDesk(server: BenchServer, request: QueriesRequest): Promise<QueryAnswer[]> {
  const { queries, ...rest } = request;
  const answers: QueryAnswer[] = [];
  for (let from = 0; from < queries.length; from += PAGE) {
    const body = { ...rest, queries: queries.slice(from, from + PAGE) };
    answers.push(...(await post(server, "/evaluation/queries", body, queriesAnswer)).answers);
  }
  return answers;
}
