import type { Env } from "../../env.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Cost } from "../../platform/cost.ts";
import { openDatabase, runBatch } from "../../platform/database.ts";
import { type EventId, isId } from "../../platform/ids.ts";
import { consoleLog } from "../../platform/log.ts";
import { auditIfChanged } from "../audit/record.ts";
import { publishSoon } from "../events/publish.ts";
import { insertEventIfChanged } from "../events/store.ts";
import type { Job } from "./job.ts";
import type { Steered } from "./room-record.ts";
import { countEnd, followJob } from "./store.ts";

/**
 * Brings the job's row up to its room, and in the same batch writes what must come with that: who steered it, and of
 * an end its statistics and the event of it. A copy of the write that comes late changes nothing.
 */
export async function writeReadModel(
  env: Env,
  cost: Cost,
  job: Job,
  steered: Steered[],
  now: number,
): Promise<void> {
  const db = openDatabase(env.DB, cost);
  const trail = steered.map(({ action, target, ...by }) =>
    auditIfChanged({ ...by, db, clock: systemClock }, { action, target }),
  );
  const end = job.finished_at === null ? [] : countEnd(db, job, job.finished_at);
  const event = endEvent(job, now);
  const told = event === undefined ? [] : [insertEventIfChanged(db, event)];
  await runBatch(db, followJob(db, job, now), ...trail, ...end, ...told);
  if (event === undefined) return;
  try {
    await publishSoon({ env, cost }, event.id);
  } catch (error) {
    consoleLog().error("an event is published later", { event: event.id, error });
  }
}

/** What is told of an end, if anybody asked for this job. A job ends once, so its event takes its id. */
function endEvent(job: Job, now: number) {
  const { created_by, desk_id: desk, error, id: job_id, status, tags, type: job_type } = job;
  const isEnd =
    status === "succeeded" || status === "failed" || status === "cancelled" || status === "expired";
  if (!isEnd || job.parent_id !== null || job.terms.quiet === true) return undefined;
  const id: EventId = `evt_${job_id.slice("job_".length)}`;
  const user = isId("usr", created_by) ? created_by : null;
  return { id, desk, user, now, type: `job.${status}` as const, data: { job_id, job_type, tags, error } };
}
