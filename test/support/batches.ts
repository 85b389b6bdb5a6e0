import {
  createExecutionContext,
  createMessageBatch,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { dayOf } from "../../src/modules/access/quota-policy.ts";
import { sendOverdue } from "../../src/modules/jobs/create.ts";
import { PermanentFailure } from "../../src/modules/jobs/define.ts";
import { NO_PROGRESS } from "../../src/modules/jobs/job.ts";
import { settleMessage } from "../../src/modules/jobs/message.ts";
import { type Border, installProbe } from "../../src/platform/faults.ts";
import { isId, newId } from "../../src/platform/ids.ts";
import worker from "../../src/worker.ts";
import { type Account, call } from "./desk.ts";
import { testEnv } from "./env.ts";
import { testPlatform } from "./platform.ts";
import { ledgerStub } from "./quotas.ts";

export interface BatchAnswer {
  id: string;
  type: string;
  status: string;
  concurrency: number;
  links: Record<string, string>;
  total: number;
  queued: number;
  running: number;
  succeeded: number;
  failed: number;
  cancelled: number;
  finished_at: string | null;
  job: {
    id: string;
    status: string;
    retry_of: string | null;
    result: Record<string, unknown> | null;
    error: { code: string; message: string } | null;
    progress: { fraction: number; counters: Record<string, number> };
  };
}

export interface ItemRow {
  idx: number;
  status: string;
  job_id: string | null;
  error: string | null;
  attempts: number;
}

/** Searches, each with a query of its own. */
export const queries = (count: number): { query: string }[] =>
  Array.from({ length: count }, (_, n) => ({ query: `breakout number ${n}` }));

export async function newBatch(token: string, more: object = {}): Promise<BatchAnswer> {
  const json = { type: "search.query", items: queries(4), concurrency: 2, ...more };
  const answer = await call("/v1/batches", { token, json });
  if (answer.status !== 202) throw new Error(`batch: ${answer.status} ${await answer.text()}`);
  return await answer.json<BatchAnswer>();
}

export const batchNow = async (token: string, id: string): Promise<BatchAnswer> =>
  await (await call(`/v1/batches/${id}`, { token })).json<BatchAnswer>();

export async function steered(token: string, id: string, action: string): Promise<BatchAnswer> {
  const answer = await call(`/v1/batches/${id}/${action}`, { token, method: "POST" });
  if (answer.status !== 202) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
  return await answer.json<BatchAnswer>();
}

/** The timer that sends what a killed consumer had written and not sent, after some seconds instead of a minute. */
export async function sendLeftBehind(): Promise<void> {
  const platform = testPlatform();
  await sendOverdue({ ...platform, clock: { now: () => platform.clock.now() - 3_000 + 60_000 } });
}

/** Waits until the batch is as wanted. */
export async function batchWhen(
  token: string,
  id: string,
  isSo: (batch: BatchAnswer) => boolean,
  timeout_ms = 25_000,
  meanwhile?: () => Promise<void>,
): Promise<BatchAnswer> {
  for (const ends = Date.now() + timeout_ms; ; ) {
    const batch = await batchNow(token, id);
    if (isSo(batch)) return batch;
    await meanwhile?.();
    if (Date.now() > ends) {
      const { concurrency: _, job, links: __, ...rest } = batch;
      const run = { status: job.status, error: job.error };
      throw new Error(`still ${JSON.stringify({ ...rest, run })} ${JSON.stringify(await itemRows(id))}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const FINAL = ["succeeded", "failed", "cancelled", "expired"];
export const isOver = ({ finished_at, job, running }: BatchAnswer): boolean =>
  FINAL.includes(job.status) && running === 0 && finished_at !== null;
export const batchOver = async (token: string, id: string): Promise<BatchAnswer> =>
  await batchWhen(token, id, isOver);

export const itemRows = async (batch: string): Promise<ItemRow[]> =>
  (
    await testEnv.DB.prepare(
      "SELECT idx, status, job_id, error, attempts FROM batch_items WHERE batch_id = ? ORDER BY idx",
    )
      .bind(batch)
      .all<ItemRow>()
  ).results;

const STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

/** Throws where the batch's counters are not those of its items, read together. */
export async function checkCounters(batch: string): Promise<void> {
  const count = STATUSES.map(
    (status) =>
      `(SELECT count(*) FROM batch_items WHERE batch_id = b.id AND status = '${status}') AS c_${status}`,
  );
  const row = await testEnv.DB.prepare(
    `SELECT *, (SELECT count(*) FROM batch_items WHERE batch_id = b.id) AS c_total, ${count.join(", ")}
     FROM batches b WHERE id = ?`,
  )
    .bind(batch)
    .first<Record<string, number>>();
  for (const name of ["total", ...STATUSES]) {
    if (row?.[name] !== row?.[`c_${name}`])
      throw new Error(`${name} is ${row?.[name]}, of ${row?.[`c_${name}`]} rows`);
  }
  if ((row?.running ?? 0) > (row?.concurrency ?? 0))
    throw new Error(`${row?.running} of ${row?.concurrency} run`);
}

/** Which item of which batch a job is doing; undefined for what is no child. */
export const itemOfJob = async (job: string): Promise<{ batch_id: string; idx: number } | null> =>
  await testEnv.DB.prepare("SELECT batch_id, idx FROM batch_items WHERE job_id = ?")
    .bind(job)
    .first<{ batch_id: string; idx: number }>();

/** Children of these batches that come to the end of their work fail where this says so, and wait where it says that. */
export function directChildren(
  direct: (idx: number, batch: string) => "fails" | Promise<void> | undefined,
  also?: (border: Border, job: string) => void | Promise<void>,
): void {
  installProbe(async (border, job) => {
    await also?.(border, job);
    if (border !== "slice.ran") return;
    const item = await itemOfJob(job);
    if (item === null) return;
    const directed = direct(item.idx, item.batch_id);
    if (directed === "fails") throw new PermanentFailure("test.fails", `Item ${item.idx} was told to fail.`);
    await directed;
  });
}

/** Hands the aftermath of a job to a consumer of its own: the local queue has one, and a child may be holding it. */
export async function settleNow(desk: string, job: string): Promise<void> {
  if (!isId("dsk", desk) || !isId("job", job)) throw new Error("no such ids");
  const body = settleMessage(desk, job);
  const batch = createMessageBatch("jobs-normal", [
    { id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body },
  ]);
  const ctx = createExecutionContext();
  await worker.queue(batch, testEnv, ctx);
  await waitOnExecutionContext(ctx);
}

const doors = new Set<() => void>();

/** A door that children wait at until it is opened. */
export function newDoor() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  doors.add(open);
  return { opened, open: () => open() };
}

/** Directs nothing any more, and lets through whoever still waits: they hold the queue for all that comes after. */
export function endDirections(): void {
  installProbe(undefined);
  for (const open of doors) open();
  doors.clear();
}

/** Waits until what is asked is so. */
export async function until(isSo: () => boolean | Promise<boolean>, timeout_ms = 25_000): Promise<void> {
  for (const ends = Date.now() + timeout_ms; !(await isSo()); ) {
    if (Date.now() > ends) throw new Error("it never came to be");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What a desk was told, in its order. */
export const eventsOf = async (desk: string): Promise<{ type: string; data: object }[]> => {
  const { results } = await testEnv.DB.prepare(
    "SELECT type, data FROM events WHERE desk_id = ? ORDER BY created_at",
  )
    .bind(desk)
    .all<{ type: string; data: string }>();
  return results.map(({ data, type }) => ({ type, data: JSON.parse(data) }));
};

/** Lets a desk have started so many batches today already. */
export async function useBatches(desk: string, batches: number): Promise<void> {
  await runInDurableObject(ledgerStub(desk), (_, { storage }) => {
    storage.sql.exec(
      "INSERT INTO usage (quota, period, taken) VALUES ('batch_jobs_per_day', ?, ?)",
      ...[dayOf(Date.now()), batches],
    );
  });
}

/** What the desk is told that it has used of the day's batches. */
export async function usedBatches(token: string): Promise<number | undefined> {
  const usage = await (await call("/v1/me/usage", { token })).json<{
    quotas: Record<string, { used: number }>;
  }>();
  return usage.quotas.batch_jobs_per_day?.used;
}

/** The run that a job is, or is a child of. */
export async function runOf(job: string): Promise<string> {
  const row = await testEnv.DB.prepare("SELECT parent_id FROM jobs WHERE id = ?")
    .bind(job)
    .first<{ parent_id: string | null }>();
  return row?.parent_id ?? job;
}

/** A batch of one item whose run nobody works on, as a request leaves it before its message is sent; or that has ended. */
export async function newHeldBatch({ desk_id, user_id }: Account, ended?: "cancelled"): Promise<string> {
  const now = Date.now();
  const [id, run] = [newId("bat"), newId("job")];
  const status = ended ?? "queued";
  const prepare = (sql: string, ...values: unknown[]) => testEnv.DB.prepare(sql).bind(...values);
  await testEnv.DB.batch([
    prepare(
      `INSERT INTO jobs (id, desk_id, type, priority, status, input, progress, created_by, created_at, updated_at,
         finished_at)
       VALUES (?, ?, 'batches.run', 'low', ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        run,
        desk_id,
        status,
        JSON.stringify({ batch_id: id }),
        JSON.stringify(NO_PROGRESS),
        user_id,
        now,
        now,
      ],
      ended === undefined ? null : now,
    ),
    prepare(
      `INSERT INTO batches (id, desk_id, type, concurrency, priority, tags, loaded, total, ${status}, job_id, run_end,
         created_by, created_at, finished_at)
       VALUES (?, ?, 'search.query', 1, 'low', '[]', 1, 1, 1, ?, ?, ?, ?, ?)`,
      ...[id, desk_id, run, ended ?? null, user_id, now, ended === undefined ? null : now],
    ),
    prepare(
      "INSERT INTO batch_items (batch_id, idx, desk_id, input, status, updated_at) VALUES (?, 0, ?, ?, ?, ?)",
      ...[id, desk_id, JSON.stringify({ query: "held", limit: 1 }), status, now],
    ),
  ]);
  return id;
}
