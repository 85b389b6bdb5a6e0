import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import type { Job } from "../jobs/job.ts";
import { findJob } from "../jobs/store.ts";
import type { StoredChunk } from "../search/index-types.ts";
import { indexOf } from "../search/indexes.ts";
import { badRange, documentNotFound } from "./errors.ts";
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

/**
 * The file as it was uploaded, whole or one range of it. Always a download under its own name and never shown
 * inline: a stranger's HTML or SVG must not run under our origin.
 */
export async function getContent(ctx: Ctx, { id }: { id: string }, request: Headers): Promise<Response> {
  const document = await getDocument(ctx, { id });
  const range = rangeOf(request.get("range"), document.size_bytes);
  const etag = `"${document.sha256}"`;
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename*=UTF-8''${extendedValue(document.file_name)}`,
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    etag,
  };
  if (request.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  const object = await ctx.files.get(originalKey(ctx.desk, document.id), range ? { range } : {});
  if (object === null) throw documentNotFound();
  if (range === undefined) {
    return new Response(object.body, {
      headers: { ...headers, "content-length": String(document.size_bytes) },
    });
  }
  const last = range.offset + range.length - 1;
  const part = { "content-range": `bytes ${range.offset}-${last}/${document.size_bytes}` };
  return new Response(object.body, {
    status: 206,
    headers: { ...headers, ...part, "content-length": String(range.length) },
  });
}

/** RFC 8187: what encodeURIComponent leaves and an extended parameter may not hold is escaped too. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** One `bytes=` range, cut to the file; several, or another unit, count as none (RFC 9110). 416 if it lies outside. */
function rangeOf(header: string | null, size: number): { offset: number; length: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const offset = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (offset >= size || end <= offset) throw badRange(size);
  return { offset, length: end - offset };
}
