import { requireVersion } from "../../http/preconditions.ts";
import { versionChanged } from "../../http/problem.ts";
import { runBatch } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { newJob, sendJob } from "../jobs/create.ts";
import type { Job } from "../jobs/job.ts";
import { roomOf } from "../jobs/rooms.ts";
import { insertJobIfChanged } from "../jobs/store.ts";
import { indexOf } from "../search/index/open.ts";
import { describeInIndex } from "./describe.ts";
import { documentNotFound, stillProcessing } from "./errors.ts";
import { ingestJob } from "./ingest.ts";
import { isUnderWay } from "./policy.ts";
import { purgeJob } from "./purge.ts";
import {
  type Document,
  deleteDocumentRow,
  editDocument,
  findDocument,
  noteIndexUpdate,
  replaceTerms,
  restartDocument,
} from "./store.ts";

type Edit = {
  [K in "title" | "author" | "description" | "category" | "language" | "tags"]?: Document[K] | undefined;
};

/** Changes metadata, only from the version that the caller read; the index follows at once. */
export async function updateDocument(
  ctx: Ctx,
  { edit, id, ifMatch }: { id: string; edit: Edit; ifMatch: string | undefined },
): Promise<Document> {
  requirePermission(ctx, "documents:write");
  const document = await findDocument(ctx.db, ctx.desk, id);
  if (document === undefined) throw documentNotFound();
  requireVersion(ifMatch, document.version);
  const changed = { ...document, ...definedOf(edit), updated_at: ctx.clock.now() };
  return await applyEdit(ctx, document, changed);
}

function definedOf(edit: Edit): Partial<Document> {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
}

/** The index is told after the batch; if this request dies between, a timer finds the note and tells it. */
async function applyEdit(ctx: Ctx, before: Document, changed: Document): Promise<Document> {
  const after = { ...changed, version: before.version + 1 };
  const token = newId("req");
  const won = await runBatch(
    ctx.db,
    editDocument(ctx.db, before, after, token),
    auditIfChanged(ctx, { action: "document.update", target: before.id, before, after }),
    noteIndexUpdate(ctx.db, after, ctx.clock.now()),
    ...replaceTerms(ctx.db, after, token),
  );
  if (!won) throw versionChanged();
  try {
    await describeInIndex(ctx, after);
  } catch (error) {
    ctx.log.warn("the index will hear of an edit later", { document: after.id, error });
  }
  return after;
}

/** Starts a new run. One under way is only overtaken when forced; its job is then cancelled. */
export async function reprocessDocument(ctx: Ctx, { force, id }: { id: string; force: boolean }) {
  requirePermission(ctx, "documents:write");
  const document = await findDocument(ctx.db, ctx.desk, id);
  if (document === undefined) throw documentNotFound();
  if (isUnderWay(document.status) && !force) throw stillProcessing();
  const now = ctx.clock.now();
  const links = { document: `/v1/documents/${document.id}` };
  const input = { document_id: document.id };
  const job = newJob({ desk: ctx.desk, kind: ingestJob, input, created_by: ctx.actor, now, links });
  const won = await runBatch(
    ctx.db,
    restartDocument(ctx.db, document, job.id, now),
    auditIfChanged(ctx, { action: "document.reprocess", target: document.id }),
    ...insertJobIfChanged(ctx.db, job),
  );
  if (!won) throw stillProcessing();
  if (isUnderWay(document.status)) await roomOf(ctx, ctx.desk, document.job_id).control("cancel", null);
  ctx.defer(sendJob(ctx, job));
  const restarted: Document = {
    ...document,
    status: "uploaded",
    error: null,
    job_id: job.id,
    updated_at: now,
  };
  return { document: restarted, job };
}

/**
 * Deletes the document: gone from lists and search when this returns. What it owned elsewhere is deleted by a job,
 * so that nothing is left behind if this request dies half-way.
 */
export async function deleteDocument(ctx: Ctx, { id }: { id: string }): Promise<Job> {
  requirePermission(ctx, "documents:write");
  const document = await findDocument(ctx.db, ctx.desk, id);
  if (document === undefined) throw documentNotFound();
  const now = ctx.clock.now();
  const input = { document_id: document.id, job_id: document.job_id };
  const job = newJob({ desk: ctx.desk, kind: purgeJob, input, created_by: ctx.actor, now });
  const won = await runBatch(
    ctx.db,
    deleteDocumentRow(ctx.db, ctx.desk, document.id),
    auditIfChanged(ctx, { action: "document.delete", target: document.id, before: document }),
    ...insertJobIfChanged(ctx.db, job),
  );
  if (!won) throw documentNotFound();
  await indexOf(ctx, ctx.desk).remove(document.id);
  ctx.defer(sendJob(ctx, job));
  return job;
}
