import { decodeCursor, decodeRow, encodeCursor, type Page, pageOf } from "../../../http/lists.ts";
import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { type Ctx, requirePermission } from "../../access/context.ts";
import type { Job } from "../../jobs/job.ts";
import { findJob, findJobs } from "../../jobs/store.ts";
import { runNotFound, runNotReady } from "./errors.ts";
import { runKey } from "./object-keys.ts";
import { findRun, listRuns, type Run, type RunFilter, type RunKind } from "./store.ts";

/** A run of the desk with its job, which may be long gone. */
export async function getRun(
  ctx: Ctx,
  kind: RunKind,
  { id }: { id: string },
): Promise<{ run: Run; job: Job | undefined }> {
  requirePermission(ctx, "backtests:read");
  const run = await findRun(ctx.db, ctx.desk, kind, id);
  if (run === undefined) throw runNotFound(kind);
  return { run, job: await findJob(ctx.db, ctx.desk, run.job_id) };
}

const SORT = "-created_at";

export async function getRuns(
  ctx: Ctx,
  kind: RunKind,
  { cursor, limit, ...filter }: RunFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<{ run: Run; job: Job | undefined }>> {
  requirePermission(ctx, "backtests:read");
  const rows = await listRuns(ctx.db, ctx.desk, kind, filter, decodeCursor(SORT, cursor), limit + 1);
  const page = pageOf(rows, limit, SORT, ({ created_at, id }) => [created_at, id]);
  const open = page.data.filter(({ ended }) => ended === null).map(({ job_id }) => job_id);
  const jobs = open.length > 0 ? await findJobs(ctx.db, ctx.desk, open) : [];
  return { ...page, data: page.data.map((run) => ({ run, job: jobs.find(({ id }) => id === run.job_id) })) };
}

export async function getEndedRun(ctx: Ctx, kind: RunKind, { id }: { id: string }): Promise<Run> {
  requirePermission(ctx, "backtests:read");
  return await endedRun(ctx, ctx.desk, kind, id);
}

/** A run of the desk that has a result; 404, and 409 before and where there is none. It asks for no permission. */
export async function endedRun({ db }: Platform, desk: DeskId, kind: RunKind, id: string): Promise<Run> {
  const run = await findRun(db, desk, kind, id);
  if (run === undefined) throw runNotFound(kind);
  if (run.result === null) throw runNotReady(kind, run.ended);
  return run;
}

const ROWS = "index";

/** A page of a run's rows of `bytes` each, read as one range of its object. `first` is the index of its first row. */
export async function getRows(
  ctx: Ctx,
  { id }: Pick<Run, "id">,
  name: string,
  bytes: number,
  { cursor, limit }: { limit: number; cursor?: string | undefined },
): Promise<{ rows: ArrayBuffer; first: number; page: Omit<Page<never>, "data"> }> {
  const first = decodeRow(ROWS, cursor) ?? 0;
  const range = { offset: first * bytes, length: limit * bytes };
  const head = await ctx.files.head(runKey(ctx.desk, id, name));
  const rows = head === null ? 0 : Math.max(0, Math.min(limit, head.size / bytes - first));
  const object =
    rows === 0
      ? null
      : await ctx.files.get(runKey(ctx.desk, id, name), { range: { ...range, length: rows * bytes } });
  const has_more = head !== null && first + rows < head.size / bytes;
  const next_cursor = has_more ? encodeCursor(ROWS, [first + rows, id]) : null;
  return {
    rows: object === null ? new ArrayBuffer(0) : await object.arrayBuffer(),
    first,
    page: { has_more, next_cursor },
  };
}
