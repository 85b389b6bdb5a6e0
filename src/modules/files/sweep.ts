import { runBatch } from "../../platform/database.ts";
import type { Platform } from "../../platform/platform.ts";
import { filesToSweep, forgetFiles, objectsDeleted } from "./store.ts";

/** R2 deletes up to a thousand objects in one call. */
const SWEEP_LIMIT = 500;

/**
 * Deletes the objects of files that have ended, and later their rows. Each step may be repeated; where nothing is due it
 * costs one look at an index. Answers how many files it dealt with.
 */
export async function sweepFiles({ clock, db, files }: Platform): Promise<number> {
  const now = clock.now();
  const due = await filesToSweep(db, now, SWEEP_LIMIT);
  if (due.length === 0) return 0;
  const keys = due.flatMap(({ object_key }) => object_key ?? []);
  if (keys.length > 0) await files.delete(keys);
  await runBatch(db, forgetFiles(db, due, now), objectsDeleted(db, due));
  return due.length;
}
