import type { MultipartFile } from "../../http/multipart.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import { runBatch } from "../../platform/database.ts";
import { type DocumentId, newId } from "../../platform/ids.ts";
import { type WrittenObject, writeObject } from "../../platform/object-writer.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { newJob, sendJob } from "../jobs/create.ts";
import type { Job } from "../jobs/job.ts";
import { findJob, insertJob } from "../jobs/store.ts";
import { ingestJob } from "./ingest.ts";
import { originalKey } from "./object-keys.ts";
import { cut, titleOfFile } from "./policy.ts";
import type { UploadFields } from "./schemas.ts";
import {
  addPendingUpload,
  type Document,
  dropPendingUpload,
  findByHash,
  insertDocument,
  replaceTerms,
} from "./store.ts";

export interface StoredFile extends WrittenObject {
  document: DocumentId;
  key: string;
  name: string;
}

/** Streams the file into R2 under a document id of its own. Until a document claims it, a sweep may delete it. */
export async function storeUpload(ctx: Ctx, file: MultipartFile): Promise<StoredFile> {
  requirePermission(ctx, "documents:write");
  const document = newId("doc");
  const key = originalKey(ctx.desk, document);
  await addPendingUpload(ctx.db, key, ctx.clock.now());
  const written = await writeObject(ctx.files, key, file.chunks).catch(async (error: unknown) => {
    await dropUpload(ctx, { key });
    throw error;
  });
  return {
    ...written,
    document,
    key,
    name: cut(file.name.replace(/^.*[\\/]/s, "").toWellFormed(), 255) || "upload",
  };
}

/** What makes two uploads the same call: the bytes and every field. */
export async function fingerprintOf(file: StoredFile, fields: UploadFields): Promise<string> {
  return await sha256Hex(JSON.stringify([file.sha256, file.name, fields]));
}

export async function dropUpload(ctx: Ctx, file: Pick<StoredFile, "key">): Promise<void> {
  await ctx.files.delete(file.key);
  await dropPendingUpload(ctx.db, file.key);
}

/** Makes the document and its ingestion; bytes that the desk already has give the document that is there. */
export async function createDocument(
  ctx: Ctx,
  file: StoredFile,
  fields: UploadFields,
): Promise<{ created: boolean; document: Document; job: Job | undefined }> {
  requirePermission(ctx, "documents:write");
  const known = await knownDocument(ctx, file);
  if (known !== undefined) return known;
  const { document, job } = rowsOf(ctx, file, fields);
  try {
    await runBatch(
      ctx.db,
      insertDocument(ctx.db, document),
      auditIfChanged(ctx, { action: "document.upload", target: document.id, after: { sha256: file.sha256 } }),
      dropPendingUpload(ctx.db, file.key),
      ...replaceTerms(ctx.db, document, document.write_token),
      ...insertJob(ctx.db, job),
    );
  } catch (error) {
    const raced = await knownDocument(ctx, file);
    if (raced !== undefined) return raced;
    throw error;
  }
  ctx.defer(sendJob(ctx, job));
  return { created: true, document, job };
}

/**
 * The document with the same bytes, whose copy just uploaded is then dropped. It may be this very upload's, written
 * by a batch whose answer was lost: then the file is its own, and the outbox sends its job.
 */
async function knownDocument(ctx: Ctx, file: StoredFile) {
  const document = await findByHash(ctx.db, ctx.desk, file.sha256);
  if (document === undefined) return undefined;
  const created = document.id === file.document;
  if (!created) await dropUpload(ctx, file);
  return { created, document, job: await findJob(ctx.db, ctx.desk, document.job_id) };
}

function rowsOf(ctx: Ctx, file: StoredFile, fields: UploadFields): { document: Document; job: Job } {
  const now = ctx.clock.now();
  const input = { document_id: file.document };
  const links = { document: `/v1/documents/${file.document}` };
  const job = newJob({ desk: ctx.desk, kind: ingestJob, input, created_by: ctx.actor, now, links });
  const document: Document = {
    id: file.document,
    desk_id: ctx.desk,
    sha256: file.sha256,
    file_name: file.name,
    size_bytes: file.size_bytes,
    format: null,
    title: fields.title ?? titleOfFile(file.name),
    author: fields.author ?? null,
    description: fields.description ?? null,
    category: fields.category ?? null,
    language: fields.language ?? null,
    tags: fields.tags ?? [],
    status: "uploaded",
    error: null,
    unit_count: null,
    chunk_count: null,
    job_id: job.id,
    text_build: null,
    write_token: newId("req"),
    created_by: ctx.actor,
    created_at: now,
    updated_at: now,
    version: 1,
  };
  return { document, job };
}
