import { runBatch } from "../../platform/database.ts";
import { type EventId, isId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { publishSoon } from "../events/publish.ts";
import { insertEventIfChanged } from "../events/store.ts";
import { endOf } from "./policy.ts";
import { finishBatch } from "./run-store.ts";
import type { Batch } from "./store.ts";

/** Marks a batch finished of which nothing is under way, and tells of it in the same transaction: once for each run. */
export async function finish(platform: Platform, batch: Batch): Promise<boolean> {
  const { clock, db, log } = platform;
  const { created_by, desk_id: desk, id: batch_id, job_id } = batch;
  const now = clock.now();
  const id: EventId = `evt_${job_id.slice("job_".length)}`;
  const user = isId("usr", created_by) ? created_by : null;
  const data = { batch_id, job_id, ...endOf(batch) };
  const finished = await runBatch(
    db,
    finishBatch(db, batch, now),
    insertEventIfChanged(db, { id, desk, user, now, type: "batch.completed", data }),
  );
  if (!finished) return false;
  try {
    await publishSoon(platform, id);
  } catch (error) {
    log.error("an event is published later", { event: id, error });
  }
  return true;
}
