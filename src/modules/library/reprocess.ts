import { z } from "zod";
import { runBatch } from "../../platform/database.ts";
import { exampleId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { auditIfChanged } from "../audit/record.ts";
import { defineJob, PermanentFailure, type SliceOutcome } from "../jobs/define.ts";
import type { Job } from "../jobs/job.ts";
import { indexOf } from "../search/index/open.ts";
import { indexedDocument } from "./describe.ts";
import { documentNotFound, stillProcessing } from "./errors.ts";
import { type Ingestion, ingestCheckpoint, readDocument, superseded } from "./ingest.ts";
import { type DocumentInput, documentInput, REPROCESS } from "./job-input.ts";
import { isUnderWay } from "./policy.ts";
import { settleDocument } from "./settle.ts";
import { type Document, findDocument, restartDocument } from "./store.ts";

/**
 * An ingestion that takes its document over when it starts, for batches of them: many wait, and a document whose turn
 * has not come stays as it is. One that is under way is left to its own run.
 */
export const reprocessJob = defineJob({
  type: REPROCESS,
  input: documentInput,
  checkpoint: ingestCheckpoint,
  batch: {
    item: z.strictObject(documentInput.shape),
    permission: "documents:write",
    example: { document_id: exampleId("doc") },
  },
  run: async (slice: Ingestion): Promise<SliceOutcome> =>
    await readDocument(slice, await takenDocument(slice)),
  settled: settleTaken,
});

async function takenDocument(slice: Ingestion): Promise<Document> {
  const { desk, id, input, platform } = slice;
  const { clock, db } = platform;
  const document = await findDocument(db, desk, input.document_id);
  if (document === undefined) throw asFailure(documentNotFound());
  if (document.job_id === id) return document;
  // A later run of the document, or a later build of its chunks, has done what this one was asked for.
  if (slice.resumed !== undefined || document.job_id > id) throw superseded();
  if (isUnderWay(document.status)) throw asFailure(stillProcessing());
  if ((await indexOf(platform, desk).begin(indexedDocument(document), id)) !== "ok") throw superseded();
  const now = clock.now();
  const taken = await runBatch(
    db,
    restartDocument(db, document, id, now),
    auditIfChanged(
      { db, clock, desk, actor: slice.created_by },
      { action: "document.reprocess", target: document.id },
    ),
  );
  if (!taken) throw asFailure(stillProcessing());
  return { ...document, status: "uploaded", error: null, job_id: id, updated_at: now };
}

const asFailure = ({ code, message }: { code: string; message: string }) =>
  new PermanentFailure(code, message);

/** A run that never had the document leaves it, and whoever has it, alone. */
async function settleTaken(platform: Platform, job: Job, input: DocumentInput): Promise<void> {
  const document = await findDocument(platform.db, job.desk_id, input.document_id);
  if (document !== undefined && document.job_id < job.id) return;
  await settleDocument(platform, job, input);
}
