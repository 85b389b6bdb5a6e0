import { and, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Position } from "../../../http/lists.ts";
import type { Database, Statement } from "../../../platform/database.ts";
import type { DeskId, JobId } from "../../../platform/ids.ts";
import type { Job } from "../../jobs/job.ts";
import { strategyRuns } from "./tables.ts";

export type Run = typeof strategyRuns.$inferSelect;
export type RunKind = Run["kind"];

export const insertRun = (db: Database, run: Run): Statement => db.insert(strategyRuns).values(run);

/** The same unless the job has one already: a slice may run twice. */
export const insertRunOnce = (db: Database, run: Run): Statement =>
  db.insert(strategyRuns).values(run).onConflictDoNothing();

export async function findRun(
  db: Database,
  desk: DeskId,
  kind: RunKind,
  id: string,
): Promise<Run | undefined> {
  const own = and(
    eq(strategyRuns.desk_id, desk),
    eq(strategyRuns.kind, kind),
    sql`${strategyRuns.id} = ${id}`,
  );
  return (await db.select().from(strategyRuns).where(own).limit(1))[0];
}

export async function findRunOfJob(db: Database, desk: DeskId, job: JobId): Promise<Run | undefined> {
  const own = and(eq(strategyRuns.desk_id, desk), eq(strategyRuns.job_id, job));
  return (await db.select().from(strategyRuns).where(own).limit(1))[0];
}

export interface RunFilter {
  strategy?: string | undefined;
  dataset_id?: string | undefined;
}

/** The newest first; each filter alone reads its own index, both read one and skip rows of it. */
export async function listRuns(
  db: Database,
  desk: DeskId,
  kind: RunKind,
  { dataset_id, strategy }: RunFilter,
  after: Position | undefined,
  limit: number,
): Promise<Run[]> {
  const where: (SQL | undefined)[] = [eq(strategyRuns.desk_id, desk), eq(strategyRuns.kind, kind)];
  if (strategy !== undefined) where.push(eq(strategyRuns.strategy, strategy));
  if (dataset_id !== undefined) where.push(sql`${strategyRuns.dataset_id} = ${dataset_id}`);
  if (after !== undefined)
    where.push(sql`(${strategyRuns.created_at}, ${strategyRuns.id}) < (${after[0]}, ${after[1]})`);
  return await db
    .select()
    .from(strategyRuns)
    .where(and(...where))
    .orderBy(desc(strategyRuns.created_at), desc(strategyRuns.id))
    .limit(limit);
}

/** Keeps how the run's present job has ended, once. */
export const endRun = (db: Database, { desk_id, error, id, result, status }: Job, now: number): Statement =>
  db
    .update(strategyRuns)
    .set({ ended: status, result, error, finished_at: now })
    .where(and(eq(strategyRuns.desk_id, desk_id), eq(strategyRuns.job_id, id), isNull(strategyRuns.ended)));

/** For a retry's own batch: the run goes over to the new job, if the statement before wrote that. */
export const handRunOver = (db: Database, desk: DeskId, from: JobId, to: JobId): Statement =>
  db.run(sql`
    UPDATE strategy_runs SET job_id = ${to}, ended = NULL, result = NULL, error = NULL, finished_at = NULL
    WHERE desk_id = ${desk} AND job_id = ${from} AND changes() > 0`);
