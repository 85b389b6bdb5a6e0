import type { MultipartFile } from "../../http/multipart.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import { runBatch } from "../../platform/database.ts";
import { type DocumentId, newId } from "../../platform/ids.ts";
import { claimObject } from "../../platform/pending-store.ts";
import { dropObject, type StoredObject, storeObject } from "../../platform/stored-objects.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { newJob, sendJob } from "../jobs/create.ts";
import type { Job } from "../jobs/job.ts";
import { findJob, insertJob } from "../jobs/store.ts";
import { ingestJob } from "./ingest.ts";
import { originalKey } from "./object-keys.ts";
import { titleOfFile } from "./policy.ts";
import type { UploadFields } from "./schemas.ts";
import { type Document, findByHash, insertDocument, replaceTerms } from "./store.ts";

export interface StoredFile extends StoredObject {
  document: DocumentId;
  name: string;
}

/** Streams the file into R2 under a document id of its own. */
export async function storeUpload(ctx: Ctx, file: MultipartFile): Promise<StoredFile> {
  requirePermission(ctx, "documents:write");
  const document = newId("doc");
  const stored = await storeObject(ctx, originalKey(ctx.desk, document), file.chunks);
  return { ...stored, document, name: file.name };
}

/** What makes two uploads the same call: the bytes and every field. */
export async function fingerprintOf(file: StoredFile, fields: UploadFields): Promise<string> {
  return await sha256Hex(JSON.stringify([file.sha256, file.name, fields]));
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
      claimObject(ctx.db, file.key),
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
  if (!created) await dropObject(ctx, file);
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
