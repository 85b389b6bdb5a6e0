import { z } from "zod";
import { deletePrefix } from "../../platform/objects.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Job } from "../jobs/job.ts";
import { indexOf } from "../search/index/open.ts";
import { trainWhenDue } from "../search/train.ts";
import { indexedDocument } from "./describe.ts";
import { dropVectors } from "./embed.ts";
import { deleteOtherBuilds } from "./extracted-text.ts";
import { FORMATS } from "./formats/document.ts";
import type { DocumentInput } from "./job-input.ts";
import { textPrefix } from "./object-keys.ts";
import { findDocument, moveDocument } from "./store.ts";

const settledResult = z.object({ unit_count: z.number(), chunk_count: z.number(), format: z.enum(FORMATS) });

/** Brings the document to the state that its job ended in, and drops what a run without a result had staged. */
export async function settleDocument(
  platform: Platform,
  job: Job,
  { document_id }: DocumentInput,
): Promise<void> {
  const { clock, db, files } = platform;
  const desk = job.desk_id;
  if (job.status === "succeeded") {
    const result = settledResult.parse(job.result);
    const changes = { ...result, status: "completed" as const, error: null, text_build: job.id };
    const moved = await moveDocument(db, desk, document_id, job.id, changes, clock.now());
    const current = moved || (await findDocument(db, desk, document_id))?.text_build === job.id;
    if (!current) return;
    await deleteOtherBuilds(platform, desk, document_id, job.id);
    await dropVectors(platform, desk, document_id, (build) => build < job.id);
    await trainWhenDue(platform, desk, job.created_by);
    return;
  }
  const document = await findDocument(db, desk, document_id);
  if (document !== undefined) await indexOf(platform, desk).abandon(indexedDocument(document), job.id);
  await deletePrefix(files, textPrefix(desk, document_id, job.id));
  await dropVectors(platform, desk, document_id, (build) => build === job.id);
  const status = job.status === "cancelled" ? ("cancelled" as const) : ("failed" as const);
  await moveDocument(db, desk, document_id, job.id, { status, error: job.error }, clock.now());
}
