import { contentAnswer } from "../../http/content.ts";
import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import type { Job } from "../jobs/job.ts";
import { findJob } from "../jobs/store.ts";
import { indexOf } from "../search/index/open.ts";
import type { StoredChunk } from "../search/index/types.ts";
import { documentNotFound } from "./errors.ts";
import { originalKey } from "./object-keys.ts";
import {
  type Document,
  type DocumentFilter,
  findDocument,
  listDocuments,
  positionOf,
  type Sort,
} from "./store.ts";

export async function getDocument(ctx: Ctx, { id }: { id: string }): Promise<Document> {
  requirePermission(ctx, "documents:read");
  const document = await findDocument(ctx.db, ctx.desk, id);
  if (document === undefined) throw documentNotFound();
  return document;
}

export async function jobOf(ctx: Ctx, document: Document): Promise<Job | undefined> {
  return await findJob(ctx.db, ctx.desk, document.job_id);
}

interface DocumentQuery extends DocumentFilter {
  sort: Sort;
  limit: number;
  cursor?: string | undefined;
}

export async function getDocuments(ctx: Ctx, query: DocumentQuery): Promise<Page<Document>> {
  requirePermission(ctx, "documents:read");
  const { cursor, limit, sort, ...filter } = query;
  const after = decodeCursor(sort, cursor);
  const rows = await listDocuments(ctx.db, ctx.desk, filter, sort, after, limit + 1);
  return pageOf(rows, limit, sort, (row) => positionOf(sort, row));
}

const CHUNK_SORT = "index";

/** The published chunks of a document, in reading order. */
export async function getChunks(
  ctx: Ctx,
  { cursor, id, limit }: { id: string; limit: number; cursor?: string | undefined },
): Promise<Page<StoredChunk>> {
  const document = await getDocument(ctx, { id });
  const after = decodeCursor(CHUNK_SORT, cursor);
  const rows = await indexOf(ctx, ctx.desk).chunks(document.id, Number(after?.[0] ?? -1), limit + 1);
  return pageOf(rows, limit, CHUNK_SORT, (chunk) => [chunk.index, chunk.id]);
}

/** The file as it was uploaded, whole or one range of it. */
export async function getContent(ctx: Ctx, { id }: { id: string }, request: Headers): Promise<Response> {
  const document = await getDocument(ctx, { id });
  const content = { ...document, key: originalKey(ctx.desk, document.id), name: document.file_name };
  const answer = await contentAnswer(ctx.files, content, request);
  if (answer === undefined) throw documentNotFound();
  return answer;
}
