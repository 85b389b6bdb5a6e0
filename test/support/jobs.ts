import { BULK } from "../../src/modules/jobs/bulk-job.ts";
import { newJob } from "../../src/modules/jobs/create.ts";
import type { Job } from "../../src/modules/jobs/job.ts";
import { type RoomApi, roomOf } from "../../src/modules/jobs/rooms.ts";
import { insertJob } from "../../src/modules/jobs/store.ts";
import { runBatch } from "../../src/platform/database.ts";
import { isId } from "../../src/platform/ids.ts";
import type { Account } from "./desk.ts";
import { testPlatform } from "./platform.ts";

/** A job that is in the database and that no message was sent for. */
export async function insertQueuedJob(account: Account, type = "library.reindex"): Promise<Job> {
  return await insertJobLike(account, { type });
}

type Fields = Partial<
  Pick<
    Job,
    | "type"
    | "terms"
    | "input"
    | "priority"
    | "tags"
    | "expires_at"
    | "created_at"
    | "parent_id"
    | "created_by"
  >
>;

/** The same with these fields. */
export async function insertJobLike(account: Account, fields: Fields): Promise<Job> {
  const { db } = testPlatform();
  const { terms = {}, type = "library.reindex", ...rest } = fields;
  const made = newJob({
    desk: deskOf(account),
    kind: { type, terms },
    input: {},
    created_by: account.user_id,
    now: Date.now(),
  });
  const job = { ...made, ...rest };
  const [insert] = insertJob(db, job);
  await runBatch(db, insert);
  return job;
}

export function deskOf({ desk_id }: Pick<Account, "desk_id">) {
  if (!isId("dsk", desk_id)) throw new Error(`no desk: ${desk_id}`);
  return desk_id;
}

export const roomFor = ({ desk_id, id }: Pick<Job, "desk_id" | "id">): RoomApi =>
  roomOf(testPlatform(), desk_id, id);

/** Takes the job's lease as a worker does. */
export async function leased(job: Pick<Job, "desk_id" | "id">, grant = 1) {
  const answer = await roomFor(job).lease(grant);
  if ("refused" in answer) throw new Error(`no lease: ${answer.refused}`);
  return answer;
}

/** A job whose worker has reached a checkpoint, and that could be finished with what it has. */
export async function newPartialJob(account: Account): Promise<{ job: Job; lease: string }> {
  const input = { action: "pause", before: 0, ids: [], filter: null, scopes: null };
  const job = await insertJobLike(account, { ...BULK, input });
  const { lease } = await leased(job);
  const tally = { matched: 0, changed: 0, unchanged: 0, refused: {}, examples: [] };
  await roomFor(job).advance(lease, { checkpoint: { tally, page: [], after: null } });
  return { job, lease };
}

export async function newFailedJob(account: Account): Promise<string> {
  const job = await insertQueuedJob(account);
  const { lease } = await leased(job);
  await roomFor(job).fail(lease, { code: "tests.failed", message: "It failed." }, false);
  return job.id;
}
