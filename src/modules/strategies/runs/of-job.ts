import { Problem } from "../../../http/problem.ts";
import { runBatch } from "../../../platform/database.ts";
import type { JobId, RunId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { auditIfChanged } from "../../audit/record.ts";
import { PermanentFailure, type Slice } from "../../jobs/define.ts";
import type { Job } from "../../jobs/job.ts";
import { type NewRun, newRun } from "./create.ts";
import { endRun, findRunOfJob, handRunOver, insertRunOnce, type Run } from "./store.ts";

/** The run that a batch's job makes for itself: the same for each try of it. */
const runIdOf = (prefix: "bkt" | "opt" | "exp", job: JobId): RunId => `${prefix}_${job.slice("job_".length)}`;

const PREFIXES = { backtest: "bkt", optimization: "opt", experiment: "exp" } as const;

/** The run of a job: the one that was asked for, or for an item of a batch one of its own. */
export async function ownRun(
  {
    created_by,
    desk,
    id: job_id,
    input,
    platform,
  }: Pick<Slice<object, never>, "created_by" | "desk" | "id" | "input" | "platform">,
  { dataset, kind, strategy }: Pick<NewRun, "dataset" | "kind" | "strategy">,
): Promise<Run> {
  const { clock, db } = platform;
  const known = await findRunOfJob(db, desk, job_id);
  if (known !== undefined) return known;
  const id = runIdOf(PREFIXES[kind], job_id);
  const job = { id: job_id, desk_id: desk, created_by, created_at: clock.now() };
  const run = newRun(job, { dataset, id, kind, strategy, request: input });
  const source = { db, clock, desk, actor: created_by };
  await runBatch(
    db,
    insertRunOnce(db, run),
    auditIfChanged(source, { action: `${kind}.create`, target: id, after: input }),
  );
  return run;
}

/** What a job of runs does besides its own work. */
export const runAftermath = {
  restart: async ({ db }: Platform, ended: Job, next: Job) => [
    handRunOver(db, ended.desk_id, ended.id, next.id),
  ],
  settled: async ({ clock, db }: Platform, job: Job): Promise<void> => {
    await runBatch(db, endRun(db, job, clock.now()));
  },
};

/** Runs work that a request's checks would refuse with a problem: for a job it is a failure that no retry mends. */
export async function orFail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    const [first] = error.options.errors ?? [];
    const told = first === undefined ? error.message : `${first.path} ${first.message}`;
    throw new PermanentFailure(first?.code ?? error.code, told);
  }
}
