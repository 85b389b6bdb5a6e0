import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { jobTypes } from "../../../src/job-types.ts";
import { BULK } from "../../../src/modules/jobs/bulk-job.ts";
import { steerJob } from "../../../src/modules/jobs/control.ts";
import { sendJob } from "../../../src/modules/jobs/create.ts";
import type { Job } from "../../../src/modules/jobs/job.ts";
import { JOB_STATUSES, type JobStatus } from "../../../src/modules/jobs/policy.ts";
import { Cut } from "../../../src/platform/faults.ts";
import worker from "../../../src/worker.ts";
import { type Account, call, newAccount, type UploadedDocument, upload } from "../../support/desk.ts";
import {
  actionsOn,
  COUNT,
  caughtMessages,
  consumeAll,
  countJob,
  rowOf,
  type Sent,
  steererOf,
} from "../../support/engine.ts";
import { testEnv } from "../../support/env.ts";
import { handbook } from "../../support/handbook.ts";
import { insertJobLike, newFailedJob, newPartialJob, roomFor } from "../../support/jobs.ts";
import { testPlatform } from "../../support/platform.ts";

let account: Account;
let sent: Sent[];
beforeAll(async () => {
  account = await newAccount();
});
beforeEach(() => {
  sent = caughtMessages();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const post = (id: string, action: string) =>
  call(`/v1/jobs/${id}/${action}`, { token: account.access_token, method: "POST" });

/** A job in that state, with a checkpoint where it has begun, by what workers and callers can do. */
async function jobIn(status: JobStatus): Promise<string> {
  if (status === "failed") return await newFailedJob(account);
  if (status === "queued" || status === "cancelled" || status === "expired") {
    const over = status === "expired" ? { expires_at: Date.now() - 1 } : {};
    const job = await insertJobLike(account, { ...BULK, ...over });
    if (status === "cancelled") await roomFor(job).control("cancel", null);
    if (status === "expired") await roomFor(job).expire();
    return job.id;
  }
  const { job, lease } = await newPartialJob(account);
  const room = roomFor(job);
  if (status === "cancelling") await room.control("cancel", null);
  if (status === "succeeded") await room.succeed(lease, {});
  if (status === "paused") {
    await room.control("pause", null);
    await room.stopped(lease, "pause");
  }
  return job.id;
}

const ENDED = "409 jobs.ended";
const NOT_RETRYABLE = "409 jobs.not_retryable";
/** What each action answers in each state, and whether it leaves a row in the audit log. */
const TABLE: Record<string, Record<JobStatus, string>> = {
  pause: {
    queued: "paused, audited",
    running: "running pause, audited",
    paused: "paused",
    cancelling: "409 jobs.state",
    cancelled: ENDED,
    succeeded: ENDED,
    failed: ENDED,
    expired: ENDED,
  },
  resume: {
    queued: "queued",
    running: "running",
    paused: "queued, audited",
    cancelling: "409 jobs.state",
    cancelled: ENDED,
    succeeded: ENDED,
    failed: ENDED,
    expired: ENDED,
  },
  cancel: {
    queued: "cancelled, audited",
    running: "cancelling, audited",
    paused: "cancelled, audited",
    cancelling: "cancelling",
    cancelled: "cancelled",
    succeeded: ENDED,
    failed: ENDED,
    expired: ENDED,
  },
  finish: {
    queued: "409 jobs.not_started",
    running: "running finish, audited",
    paused: "queued finish, audited",
    cancelling: "409 jobs.state",
    cancelled: ENDED,
    succeeded: ENDED,
    failed: "409 jobs.cannot_finish",
    expired: ENDED,
  },
  retry: {
    queued: NOT_RETRYABLE,
    running: NOT_RETRYABLE,
    paused: NOT_RETRYABLE,
    cancelling: NOT_RETRYABLE,
    cancelled: "queued, audited",
    succeeded: NOT_RETRYABLE,
    failed: "queued, audited",
    expired: "queued, audited",
  },
};

describe("steering a job", () => {
  it.each(Object.entries(TABLE))("%s: does what the table says in every state", async (action, expected) => {
    const told = JOB_STATUSES.map(async (status) => {
      const id = await jobIn(status);
      const answer = await post(id, action);
      const { code, requested, status: now } = await answer.json<Record<string, string>>();
      const audited = (await actionsOn(id)).includes(`job.${action}`) ? ", audited" : "";
      const what = answer.status === 202 ? [now, requested].filter(Boolean).join(" ") : `409 ${code}`;
      return [status, what + audited];
    });
    expect(Object.fromEntries(await Promise.all(told))).toEqual(expected);
  });

  it("refuses a finish to a type that has no partial result, and anything to a child of a batch", async () => {
    const reindex = await insertJobLike(account, { type: "library.reindex" });
    expect(await (await post(reindex.id, "finish")).json()).toMatchObject({ code: "jobs.cannot_finish" });
    const child = await insertJobLike(account, { parent_id: reindex.id });
    for (const action of Object.keys(TABLE)) {
      const answer = await post(child.id, action);
      expect(answer.status, action).toBe(409);
      expect(await answer.json(), action).toMatchObject({ code: "jobs.has_parent" });
    }
  });
});

/** A counting job that waits at the turnstile; `step` is told of each step, and may steer it. */
async function counting(step: (n: number, job: Job) => Promise<void> | void, fields: object = {}) {
  const job = await insertJobLike(account, { type: COUNT, ...fields });
  const steps: number[] = [];
  const definition = countJob(async (n) => {
    steps.push(n);
    await step(n, job);
  });
  await sendJob(testPlatform(), job);
  const steer = (action: "pause" | "resume" | "cancel" | "finish") =>
    steerJob(steererOf(account), [definition], job, action);
  return { job, steps, steer, run: () => consumeAll([definition], sent) };
}

const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe("a job at work", () => {
  it("is paused at its next checkpoint and goes on behind it: no step is done twice", async () => {
    const { job, run, steer, steps } = await counting(async (n) => {
      if (n === 3) await steer("pause");
    });
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "paused", requested: null });
    expect(steps).toEqual([1, 2, 3]);
    await steer("resume");
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "succeeded", result: { n: 10 } });
    expect(steps).toEqual(ALL);
    expect(await actionsOn(job.id)).toEqual(["job.pause", "job.resume"]);
  });

  it("goes on where a pause is taken back before its checkpoint", async () => {
    const { job, run, steer, steps } = await counting(async (n) => {
      if (n !== 3) return;
      await steer("pause");
      await steer("resume");
    });
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "succeeded" });
    expect(steps).toEqual(ALL);
  });

  it("is paused all the same when its worker is killed before the checkpoint, and repeats only that step", async () => {
    let killed = false;
    const { job, run, steer, steps } = await counting(async (n) => {
      if (n !== 4 || killed) return;
      killed = true;
      await steer("pause");
      throw new Cut("slice.effect");
    });
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "running", requested: "pause" });
    await expect.poll(async () => (await rowOf(job)).status, { timeout: 5_000 }).toBe("paused");
    await steer("resume");
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "succeeded", result: { n: 10 } });
    expect(steps).toEqual([1, 2, 3, 4, ...ALL.slice(3)]);
  });

  it("finishes early with what it has at its next checkpoint, and says that it is partial", async () => {
    const { job, run, steer, steps } = await counting(async (n) => {
      if (n === 5) await steer("finish");
    });
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "succeeded", result: { n: 5, partial: true } });
    expect(steps).toEqual([1, 2, 3, 4, 5]);
  });

  it("finishes early from a pause with what it had at that", async () => {
    const { job, run, steer } = await counting(async (n) => {
      if (n === 6) await steer("pause");
    });
    await run();
    await steer("finish");
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "succeeded", result: { n: 6, partial: true } });
  });

  it("ends as the cancel that came after a pause, not as paused", async () => {
    const { job, run, steer } = await counting(async (n) => {
      if (n !== 2) return;
      await steer("pause");
      await steer("cancel");
    });
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "cancelled" });
  });
});

describe("a job whose time is over", () => {
  it("expires in the queue, though no worker ever took it", async () => {
    const job = await insertJobLike(account, { expires_at: Date.now() - 1 });
    const ctx = createExecutionContext();
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), testEnv, ctx);
    expect(await rowOf(job)).toMatchObject({ status: "expired" });
  });

  it("expires while it is paused", async () => {
    const job = await insertJobLike(account, { expires_at: Date.now() + 500 });
    await roomFor(job).control("pause", null);
    await expect.poll(async () => (await rowOf(job)).status, { timeout: 5_000 }).toBe("expired");
  });

  it("expires under its worker, who is told to stop", async () => {
    const ends = Date.now() + 700;
    const { job, run, steps } = await counting(
      async (n) => {
        if (n === 2) await expect.poll(() => Date.now()).toBeGreaterThan(ends);
      },
      { expires_at: ends },
    );
    await run();
    expect(await rowOf(job)).toMatchObject({ status: "expired" });
    expect(steps).toEqual([1, 2]);
  });
});

describe("a retry", () => {
  it("is one new run, however often it is asked for, and the old one stays as it ended", async () => {
    const id = await newFailedJob(account);
    const answers = await Promise.all([post(id, "retry"), post(id, "retry"), post(id, "retry")]);
    const runs = await Promise.all(answers.map((answer) => answer.json<{ id: string; retry_of: string }>()));
    expect(new Set(runs.map((run) => run.id)).size).toBe(1);
    expect(runs[0]).toMatchObject({ retry_of: id });
    expect(runs[0]?.id).not.toBe(id);
    expect(await rowOf({ id: id as Job["id"] })).toMatchObject({ status: "failed" });
    expect(await actionsOn(id)).toEqual(["job.retry"]);
  });

  it("of an ingestion moves the document on to the new run", async () => {
    const token = account.access_token;
    const before = await (await upload(token, handbook(4), "again.md")).json<UploadedDocument>();
    await post(before.job_id, "cancel");
    await consumeAll(jobTypes, sent);
    const read = async () => await (await call(`/v1/documents/${before.id}`, { token })).json();
    expect(await read()).toMatchObject({ status: "cancelled", job_id: before.job_id });
    const next = await (await post(before.job_id, "retry")).json<{ id: string }>();
    expect(await read()).toMatchObject({ status: "uploaded", error: null, job_id: next.id });
    await consumeAll(jobTypes, sent);
    expect(await read()).toMatchObject({ status: "completed", job_id: next.id, unit_count: 4 });
  });
});

describe("the audit row of a steered job", () => {
  const both = async ({ id }: Job) =>
    await testEnv.DB.prepare(
      "SELECT status, (SELECT count(*) FROM audit_log WHERE target = jobs.id) AS rows FROM jobs WHERE id = ?",
    )
      .bind(id)
      .first();

  it("comes with the job's row or not at all, and comes later where D1 was away", async () => {
    const job = await insertJobLike(account, {});
    await roomFor(job).current();
    vi.spyOn(testEnv.DB, "batch").mockRejectedValueOnce(new Error("D1 is away"));
    await steerJob(steererOf(account), [], job, "pause");
    expect(await both(job)).toEqual({ status: "queued", rows: 0 });
    await expect.poll(() => both(job), { timeout: 5_000 }).toEqual({ status: "paused", rows: 1 });
  });

  it("is written once for each of several steps at once", async () => {
    const job = await insertJobLike(account, {});
    const by = steererOf(account);
    await Promise.all([steerJob(by, [], job, "pause"), steerJob(by, [], job, "cancel")]);
    await expect.poll(() => both(job)).toEqual({ status: "cancelled", rows: 2 });
    expect((await actionsOn(job.id)).sort()).toEqual(["job.cancel", "job.pause"]);
  });
});
