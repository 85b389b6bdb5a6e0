import { DAY_MS } from "../../platform/clock.ts";
import type { Platform } from "../../platform/platform.ts";
import { dropPendingUploads, oldPendingUploads } from "./store.ts";

const SWEEP_LIMIT = 100;

/** Deletes what uploads left behind whose request died before it made a document. */
export async function sweepUploads({ clock, db, files }: Platform): Promise<number> {
  const old = await oldPendingUploads(db, clock.now() - DAY_MS, SWEEP_LIMIT);
  const keys = old.map((row) => row.object_key);
  if (keys.length > 0) await files.delete(keys);
  await dropPendingUploads(db, keys);
  return keys.length;
}
