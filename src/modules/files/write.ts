import type { DeskId, FileId, JobId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { storeObject } from "../../platform/stored-objects.ts";
import { newObjectKey } from "./object-keys.ts";
import { recordFile } from "./record.ts";
import { type FileRow, findFile } from "./store.ts";

/** The one file that a job makes: the same for each try of it. */
export const fileIdOf = (job: JobId): FileId => `fil_${job.slice("job_".length)}`;

interface JobFile {
  desk: DeskId;
  job_id: JobId;
  name: string;
  content_type: string;
  /** The person whose job it is. */
  created_by: string;
  /** Read once and never held as a whole. */
  chunks: AsyncIterable<Uint8Array>;
}

/**
 * Writes a job's file and gives its row; its 24 hours begin anew. May be repeated and cut off anywhere: readers see the
 * file before or the one after, whole, and one row. What somebody has deleted stays deleted, and so does its row.
 */
export async function writeFile(platform: Platform, output: JobFile): Promise<FileRow> {
  const { chunks, content_type, created_by, desk, job_id, name } = output;
  const { clock, db } = platform;
  const id = fileIdOf(job_id);
  const stored = await storeObject(platform, newObjectKey(desk, id), chunks);
  const source = { db, clock, desk, actor: created_by };
  await recordFile(source, { id, name, content_type, purpose: "export", job_id }, stored);
  const row = await findFile(db, desk, id);
  if (row === undefined) throw new Error(`the file of ${job_id} is another desk's`);
  return row;
}
