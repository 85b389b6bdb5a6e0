import { newJob } from "../../src/modules/jobs/create.ts";
import type { Job } from "../../src/modules/jobs/job.ts";
import { insertJob } from "../../src/modules/jobs/store.ts";
import { runBatch } from "../../src/platform/database.ts";
import { isId } from "../../src/platform/ids.ts";
import type { Account } from "./desk.ts";
import { testPlatform } from "./platform.ts";

/** A job that is in the database and that no message was sent for. */
export async function insertQueuedJob(account: Account, type = "library.reindex"): Promise<Job> {
  const { db } = testPlatform();
  const desk = account.desk_id;
  if (!isId("dsk", desk)) throw new Error(`no desk: ${desk}`);
  const job = newJob({
    desk,
    kind: { type, terms: {} },
    input: {},
    created_by: account.user_id,
    now: Date.now(),
  });
  const [insert] = insertJob(db, job);
  await runBatch(db, insert);
  return job;
}
