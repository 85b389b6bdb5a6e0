import { and, asc, desc, eq, inArray, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import { type DeskId, type JobId, newId } from "../../platform/ids.ts";
import type { Job } from "./job.ts";
import { bucketOf, hourOf, type JobStatus } from "./policy.ts";
import { jobs, outbox } from "./tables.ts";

export async function findJob(db: Database, desk: DeskId, id: string): Promise<Job | undefined> {
  const rows = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.desk_id, desk), sql`${jobs.id} = ${id}`))
    .limit(1);
  return rows[0];
}

/** The jobs of these ids, in no order. */
export const findJobs = (db: Database, desk: DeskId, ids: JobId[]): Promise<Job[]> =>
  db
    .select()
    .from(jobs)
    .where(
      and(eq(jobs.desk_id, desk), sql`${jobs.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`),
    );

/** The run that a job was retried as. */
export async function findRetry(db: Database, desk: DeskId, id: JobId): Promise<Job | undefined> {
  const [ended] = await db
    .select({ retried_as: jobs.retried_as })
    .from(jobs)
    .where(and(eq(jobs.desk_id, desk), eq(jobs.id, id)))
    .limit(1);
  return ended?.retried_as ? await findJob(db, desk, ended.retried_as) : undefined;
}

export interface JobFilter {
  status?: JobStatus | undefined;
  type?: string | undefined;
  /** The jobs that this one started; without it, those that somebody asked for. */
  parent_id?: string | undefined;
}

/** The newest first; each filter alone reads its own index, several read one and skip rows of it. */
export async function listJobs(
  db: Database,
  desk: DeskId,
  filter: JobFilter,
  after: Position | undefined,
  limit: number,
) {
  const where: (SQL | undefined)[] = [eq(jobs.desk_id, desk)];
  where.push(
    filter.parent_id === undefined ? isNull(jobs.parent_id) : sql`${jobs.parent_id} = ${filter.parent_id}`,
  );
  if (filter.status !== undefined) where.push(eq(jobs.status, filter.status));
  if (filter.type !== undefined) where.push(eq(jobs.type, filter.type));
  if (after !== undefined) where.push(sql`(${jobs.created_at}, ${jobs.id}) < (${after[0]}, ${after[1]})`);
  return await db
    .select()
    .from(jobs)
    .where(and(...where))
    .orderBy(desc(jobs.created_at), desc(jobs.id))
    .limit(limit);
}

/** The job and what sends it on its way: two statements for the batch of the mutation that asks for the job. */
export function insertJob(db: Database, job: Job): [Statement, Statement] {
  const due = {
    id: newId("out"),
    desk_id: job.desk_id,
    job_id: job.id,
    priority: job.priority,
    due_at: job.created_at,
  };
  return [db.insert(jobs).values({ ...job, updated_at: job.created_at }), db.insert(outbox).values(due)];
}

/** The same, only if the statement before them in the batch changed a row. */
export function insertJobIfChanged(db: Database, job: Job): [Statement, Statement] {
  return [
    db.run(sql`
      INSERT INTO jobs (id, desk_id, type, priority, input, progress, tags, links, created_by, created_at, updated_at,
        expires_at, parent_id, retry_of, terms)
      SELECT ${job.id}, ${job.desk_id}, ${job.type}, ${job.priority}, ${JSON.stringify(job.input)},
        ${JSON.stringify(job.progress)}, ${JSON.stringify(job.tags)}, ${JSON.stringify(job.links)}, ${job.created_by},
        ${job.created_at}, ${job.created_at}, ${job.expires_at}, ${job.parent_id}, ${job.retry_of},
        ${JSON.stringify(job.terms)} WHERE changes() > 0`),
    db.run(sql`
      INSERT INTO outbox (id, desk_id, job_id, priority, due_at)
      SELECT ${newId("out")}, ${job.desk_id}, ${job.id}, ${job.priority}, ${job.created_at} WHERE changes() > 0`),
  ];
}

/** Brings the read model up to the room's event; an older write that comes late changes nothing. */
export const followJob = (db: Database, job: Job, now: number): Statement =>
  db
    .update(jobs)
    .set({
      status: job.status,
      progress: job.progress,
      attempts: job.attempts,
      result: job.result,
      error: job.error,
      seq: job.seq,
      started_at: job.started_at,
      finished_at: job.finished_at,
      estimated_end: job.estimated_end,
      requested: job.requested,
      updated_at: now,
    })
    .where(and(eq(jobs.id, job.id), eq(jobs.desk_id, job.desk_id), lt(jobs.seq, job.seq)));

/** Counts the end of a job, if the statement before it in the batch changed a row; `changes()` stays true then. */
export function countEnd(db: Database, job: Job, finished_at: number): Statement[] {
  const { created_at, desk_id, started_at, status, type } = job;
  const count = (measure: "wait" | "run", ms: number) =>
    db.run(sql`
      INSERT INTO job_statistics (desk_id, hour, type, status, measure, bucket, jobs, total_ms)
      SELECT ${desk_id}, ${hourOf(finished_at)}, ${type}, ${status}, ${measure}, ${bucketOf(ms)}, 1, ${ms}
      WHERE changes() > 0
      ON CONFLICT DO UPDATE SET jobs = jobs + 1, total_ms = total_ms + excluded.total_ms`);
  const waited = count("wait", Math.max(0, (started_at ?? finished_at) - created_at));
  return started_at === null ? [waited] : [waited, count("run", Math.max(0, finished_at - started_at))];
}

/** Jobs whose time is over and that nobody works on, of all desks, the longest overdue first. */
export const expiredJobs = (db: Database, now: number, limit: number) =>
  db
    .select({ id: jobs.id, desk_id: jobs.desk_id })
    .from(jobs)
    .where(and(isNull(jobs.finished_at), lte(jobs.expires_at, now)))
    .orderBy(asc(jobs.expires_at))
    .limit(limit);

/** Takes the job for one new run: another one of it can't be started then. */
export const claimRetry = (db: Database, desk: DeskId, id: JobId, next: JobId): Statement =>
  db
    .update(jobs)
    .set({ retried_as: next })
    .where(
      and(
        eq(jobs.desk_id, desk),
        eq(jobs.id, id),
        isNull(jobs.retried_as),
        inArray(jobs.status, ["failed", "cancelled", "expired"]),
      ),
    );

/** Jobs whose message was not sent by then, with what it takes to send it. */
export const dueOutbox = (db: Database, now: number, limit: number) =>
  db
    .select({
      id: jobs.id,
      desk_id: jobs.desk_id,
      type: jobs.type,
      priority: jobs.priority,
      terms: jobs.terms,
      started_at: jobs.started_at,
    })
    .from(outbox)
    .innerJoin(jobs, and(eq(jobs.id, outbox.job_id), eq(jobs.desk_id, outbox.desk_id)))
    .where(lte(outbox.due_at, now))
    .orderBy(asc(outbox.due_at))
    .limit(limit);

export async function outboxSent(db: Database, desk: DeskId, job_ids: JobId[]): Promise<void> {
  await db.delete(outbox).where(and(eq(outbox.desk_id, desk), inArray(outbox.job_id, job_ids)));
}
