import { MINUTE_MS } from "../../platform/clock.ts";
import { type DeskId, type JobId, newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { termsOf } from "../access/plans.ts";
import type { Plan } from "../directory/policy.ts";
import type { JobDefinition } from "./define.ts";
import { type Job, type JsonObject, NO_PROGRESS } from "./job.ts";
import { EXPIRES_AFTER_MS, type Priority } from "./policy.ts";
import { dueOutbox, outboxSent } from "./store.ts";
import { ticketOf, turnstileOf } from "./turnstiles.ts";

interface NewJob {
  desk: DeskId;
  /** Its definition, or what a row has kept of it. */
  kind: Pick<JobDefinition, "type" | "terms">;
  input: JsonObject;
  created_by: string;
  now: number;
  priority?: Priority;
  tags?: string[];
  links?: Record<string, string>;
  expires_at?: number;
  parent_id?: JobId;
  retry_of?: JobId;
}

/** A queued job, to be put into the batch of the mutation that asks for it (`insertJob`). */
export function newJob(of: NewJob): Job {
  return {
    id: newId("job"),
    desk_id: of.desk,
    type: of.kind.type,
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
    requested: null,
    expires_at: of.expires_at ?? of.now + EXPIRES_AFTER_MS,
    parent_id: of.parent_id ?? null,
    retry_of: of.retry_of ?? null,
    terms: of.kind.terms,
  };
}

type Sendable = Pick<Job, "id" | "desk_id" | "type" | "terms" | "priority" | "started_at">;

/**
 * Has a job wait at its desk's turnstile once its batch has been written; what fails here, the cron does. A caller's
 * plan tells the turnstile how many slots the desk has.
 */
export async function sendJob(platform: Platform & { plan?: Plan }, job: Sendable): Promise<void> {
  const slots = platform.plan && termsOf(platform.plan).job_slots;
  await turnstileOf(platform, job.desk_id).enter(ticketOf(job), slots);
  platform.cost.queue_sends += 1;
  await outboxSent(platform.db, job.desk_id, [job.id]);
}

const SWEEP_LIMIT = 100;

/** Sends what stayed in the outbox for a minute: its request died between writing and sending. */
export async function sendOverdue(platform: Platform): Promise<number> {
  const due = await dueOutbox(platform.db, platform.clock.now() - MINUTE_MS, SWEEP_LIMIT);
  for (const job of due) {
    try {
      await sendJob(platform, job);
    } catch (error) {
      platform.log.error("a job stays in the outbox for the next round", { job: job.id, error });
    }
  }
  return due.length;
}
