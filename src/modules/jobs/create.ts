import { MINUTE_MS } from "../../platform/clock.ts";
import { type DeskId, type JobId, newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Job, type JsonObject, NO_PROGRESS } from "./job.ts";
import { runMessage, sendMessage } from "./message.ts";
import type { Priority } from "./policy.ts";
import { dueOutbox, outboxSent } from "./store.ts";

interface NewJob {
  desk: DeskId;
  type: string;
  input: JsonObject;
  created_by: string;
  now: number;
  priority?: Priority;
  tags?: string[];
  links?: Record<string, string>;
}

/** A queued job, to be put into the batch of the mutation that asks for it (`insertJob`). */
export function newJob(of: NewJob): Job {
  return {
    id: newId("job"),
    desk_id: of.desk,
    type: of.type,
    priority: of.priority ?? "normal",
    status: "queued",
    input: of.input,
    progress: NO_PROGRESS,
    attempts: 0,
    result: null,
    error: null,
    tags: of.tags ?? [],
    links: of.links ?? {},
    seq: 0,
    created_by: of.created_by,
    created_at: of.now,
    started_at: null,
    finished_at: null,
    estimated_end: null,
  };
}

/** Sends a job's first message once its batch has been written; what fails here, the cron sends. */
export async function sendJob(
  { cost, db, env }: Platform,
  job: { id: JobId; desk_id: DeskId; priority: Priority },
) {
  await sendMessage(env, job.priority, runMessage(job.desk_id, job.id));
  cost.queue_sends += 1;
  await outboxSent(db, job.desk_id, [job.id]);
}

const SWEEP_LIMIT = 100;

/** Sends what stayed in the outbox for a minute: its request died between writing and sending. */
export async function sendOverdue(platform: Platform): Promise<number> {
  const due = await dueOutbox(platform.db, platform.clock.now() - MINUTE_MS, SWEEP_LIMIT);
  for (const { desk_id, job_id, priority } of due) {
    try {
      await sendJob(platform, { id: job_id, desk_id, priority });
    } catch (error) {
      platform.log.error("a job stays in the outbox for the next round", { job: job_id, error });
    }
  }
  return due.length;
}
