import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import type { Job } from "../../src/modules/jobs/job.ts";
import { isFinal, type JobStatus } from "../../src/modules/jobs/policy.ts";
import { testEnv } from "../support/env.ts";

interface JobRow {
  id: string;
  desk_id: string;
  status: JobStatus;
  seq: number;
  input: string;
  result: string | null;
}

const rowsOf = async <T>(sql: string) => (await testEnv.DB.prepare(sql).all<T>()).results;

export const chaosJobs = () =>
  rowsOf<JobRow>("SELECT id, desk_id, status, seq, input, result FROM jobs WHERE type = 'chaos.steps'");

export async function unfinished(): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    "SELECT count(*) AS n FROM jobs WHERE type = 'chaos.steps' AND finished_at IS NULL",
  );
  return row?.n ?? 0;
}

export async function working(): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    "SELECT count(*) AS n FROM jobs WHERE type = 'chaos.steps' AND finished_at IS NULL AND status <> 'paused'",
  );
  return row?.n ?? 0;
}

export const pausedJobs = () =>
  rowsOf<Pick<Job, "id" | "desk_id">>(
    "SELECT id, desk_id FROM jobs WHERE type = 'chaos.steps' AND (status = 'paused' OR requested = 'pause')",
  );

/** What is wrong with a job and everything it has left behind; nothing if it is whole. */
async function faultsOf(
  job: JobRow,
  balances: Map<string, { step: number; balance: number }>,
): Promise<string[]> {
  const faults: string[] = [];
  const { fails, steps } = JSON.parse(job.input) as { fails: boolean; steps: number };
  const account = balances.get(job.id) ?? { step: 0, balance: 0 };
  if (!isFinal(job.status)) faults.push(`is ${job.status}`);
  if (account.balance !== account.step)
    faults.push(`booked ${account.balance} units in ${account.step} steps`);
  if (job.status === "succeeded") {
    const result = JSON.parse(job.result ?? "{}") as { steps?: number; partial?: boolean };
    if (fails && result.partial !== true) faults.push("succeeded where it was meant to fail");
    if (result.partial !== true && account.balance !== steps)
      faults.push(`did ${account.balance} of ${steps} steps`);
    if ((result.steps ?? 0) > account.balance) faults.push("tells of more steps than it did");
  }
  return [...faults, ...(await faultsOfStream(job))];
}

async function faultsOfStream({ desk_id, id, seq, status }: JobRow): Promise<string[]> {
  const stub = testEnv.JOB_ROOM.getByName(`${desk_id}/${id}`);
  const events = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec<{ seq: number; data: string }>("SELECT seq, data FROM events ORDER BY seq").toArray(),
  );
  await evictDurableObject(stub).catch(() => {}); // ten thousand of them would keep more files open than may be
  const faults: string[] = [];
  if (events.some((event, n) => event.seq !== n + 1)) faults.push("its stream has a hole or a repeat");
  if (events.at(-1)?.seq !== seq) faults.push(`its row is at ${seq}, its stream at ${events.at(-1)?.seq}`);
  const finals = events.map(({ data }) => (JSON.parse(data) as { status?: JobStatus }).status ?? "running");
  const ends = finals.filter((one) => isFinal(one));
  if (ends.length !== 1 || ends[0] !== status || !isFinal(finals.at(-1) ?? "running"))
    faults.push(`it ended ${ends.length} times: ${ends.join(", ")}`);
  return faults;
}

/** What is left of the storm's jobs that should not be, each as a sentence. */
export async function faultsOfAll(desks: string[]): Promise<string[]> {
  const jobs = await chaosJobs();
  const accounts = await rowsOf<{ job_id: string; step: number; balance: number }>(
    "SELECT * FROM chaos_accounts",
  );
  const balances = new Map(accounts.map((account) => [account.job_id, account]));
  const faults: string[] = [];
  for (const job of jobs) {
    for (const fault of await faultsOf(job, balances)) faults.push(`${job.id} (${job.status}): ${fault}`);
  }
  return [...faults, ...(await faultsOfTold()), ...(await faultsOfLeft()), ...(await faultsOfDesks(desks))];
}

/** Each end is told once and counted once. */
async function faultsOfTold(): Promise<string[]> {
  const untold = await rowsOf<{ id: string }>(`
    SELECT jobs.id FROM jobs LEFT JOIN events ON events.id = 'evt_' || substr(jobs.id, 5)
      AND events.type = 'job.' || jobs.status
    WHERE jobs.type = 'chaos.steps' AND (events.id IS NULL OR events.published_at IS NULL)`);
  const noticed = await rowsOf<{ id: string; n: number }>(`
    SELECT events.id, count(notifications.id) AS n FROM events LEFT JOIN notifications ON event_id = events.id
    WHERE events.type LIKE 'job.%' GROUP BY events.id HAVING n <> 1`);
  const [counted] = await rowsOf<{ ended: number; counted: number }>(`
    SELECT (SELECT count(*) FROM jobs WHERE type = 'chaos.steps') AS ended,
      (SELECT sum(jobs) FROM job_statistics WHERE type = 'chaos.steps' AND measure = 'wait') AS counted`);
  const faults = untold.map(({ id }) => `${id}: its end was not told`);
  faults.push(...noticed.map(({ id, n }) => `${id}: made ${n} notices`));
  if (counted?.ended !== counted?.counted)
    faults.push(`${counted?.counted} of ${counted?.ended} ends are counted`);
  return faults;
}

async function faultsOfLeft(): Promise<string[]> {
  const [left] = await rowsOf<{ n: number }>("SELECT count(*) AS n FROM outbox");
  return left?.n === 0 ? [] : [`${left?.n} rows stayed in the outbox`];
}

async function faultsOfDesks(desks: string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const desk of desks) {
    const tickets = await runInDurableObject(testEnv.DESK_TURNSTILE.getByName(desk), (_, { storage }) =>
      storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM tickets").one(),
    );
    if (tickets.n > 0) faults.push(`${tickets.n} tickets stayed at the turnstile of ${desk}`);
  }
  return faults;
}
