import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  runInDurableObject,
} from "cloudflare:test";
import { afterEach, beforeAll, expect, it } from "vitest";
import { runMessage } from "../../../src/modules/jobs/message.ts";
import {
  backoff_ms,
  isFinal,
  JOB_STATUSES,
  MAX_ATTEMPTS,
  mayBecome,
} from "../../../src/modules/jobs/policy.ts";
import { roomOf } from "../../../src/modules/jobs/rooms.ts";
import { installProbe } from "../../../src/platform/faults.ts";
import worker from "../../../src/worker.ts";
import {
  type Account,
  call,
  newAccount,
  processed,
  type UploadedDocument,
  upload,
} from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { handbook } from "../../support/handbook.ts";
import { insertQueuedJob } from "../../support/jobs.ts";
import { testPlatform } from "../../support/platform.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});
afterEach(() => installProbe(undefined));

async function deliver(queue: string, bodies: unknown[]) {
  const messages = bodies.map((body) => ({
    id: crypto.randomUUID(),
    timestamp: new Date(),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch(queue, messages);
  const ctx = createExecutionContext();
  await worker.queue(batch, testEnv, ctx);
  return await getQueueResult(batch, ctx);
}

const jobState = async (id: string) =>
  await (await call(`/v1/jobs/${id}`, { token: account.access_token })).json<{
    status: string;
    attempts: number;
  }>();

it("has no way out of a final state, and a way to an end from every other", () => {
  for (const from of JOB_STATUSES) {
    const next = JOB_STATUSES.filter((to) => mayBecome(from, to));
    expect(next.length === 0, from).toBe(isFinal(from));
    expect(isFinal(from) || next.some((to) => isFinal(to)), from).toBe(true);
  }
  expect(JOB_STATUSES.filter(isFinal)).toEqual(["cancelled", "succeeded", "failed", "expired"]);
});

it("doubles the wait with each attempt and bounds it", () => {
  expect([1, 2, 3, 4].map(backoff_ms)).toEqual([2_000, 4_000, 8_000, 16_000]);
  expect(backoff_ms(60)).toBe(300_000);
});

it("tries a failing job again and gives up after the last attempt, with its error kept", async () => {
  const job = await insertQueuedJob(account);
  const room = roomOf(testPlatform(), job.desk_id, job.id);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const answer = await room.lease(attempt);
    if ("refused" in answer) throw new Error(answer.refused);
    const after = await room.fail(answer.lease, { code: "jobs.internal", message: "no luck" }, true);
    expect(after).toMatchObject({ status: attempt < MAX_ATTEMPTS ? "queued" : "failed", attempts: attempt });
  }
  expect(await room.lease(MAX_ATTEMPTS + 1)).toEqual({ refused: "not_runnable" });
  await expect.poll(async () => (await jobState(job.id)).status).toBe("failed");
});

it("lets a worker whose lease was lost change nothing", async () => {
  const job = await insertQueuedJob(account);
  const room = roomOf(testPlatform(), job.desk_id, job.id);
  const answer = await room.lease(1);
  if ("refused" in answer) throw new Error(answer.refused);
  expect(await room.advance("lea_another", { checkpoint: 1 })).toBe("lost");
  expect(await room.succeed("lea_another", {})).toBeUndefined();
  expect(await room.lease(2)).toEqual({ refused: "leased" });
  expect(await room.succeed(answer.lease, { documents: 0 })).toMatchObject({ status: "succeeded" });
  expect(await room.advance(answer.lease, {})).toBe("lost");
});

it("ends a job once when its cancel and its success race", async () => {
  const ends = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const job = await insertQueuedJob(account);
      const room = roomOf(testPlatform(), job.desk_id, job.id);
      const answer = await room.lease(1);
      if ("refused" in answer) throw new Error(answer.refused);
      const racing = [
        room.control("cancel", null),
        room.succeed(answer.lease, {}),
        room.control("cancel", null),
        room.stopped(answer.lease, "cancel"),
      ];
      await Promise.all(racing);
      const stub = testEnv.JOB_ROOM.getByName(`${job.desk_id}/${job.id}`);
      const events = await runInDurableObject(stub, (_, { storage }) =>
        storage.sql.exec<{ data: string }>("SELECT data FROM events ORDER BY seq").toArray(),
      );
      return events.filter(({ data }) => /"(cancelled|succeeded|failed)"/.test(data)).length;
    }),
  );
  expect(ends).toEqual(ends.map(() => 1));
});

it("does the work of a message once, however often it comes", async () => {
  const leased: string[] = [];
  installProbe((border, job) => {
    if (border === "slice.leased") leased.push(job);
  });
  const job = await insertQueuedJob(account);
  const copies = Array.from({ length: 8 }, () =>
    deliver("jobs-normal", [runMessage(job.desk_id, job.id, 1)]),
  );
  await Promise.all(copies);
  await deliver("jobs-normal", [runMessage(job.desk_id, job.id, 1)]);
  await expect.poll(async () => (await jobState(job.id)).status).toBe("succeeded");
  expect(leased.filter((each) => each === job.id).length).toBe(1);
});

it("records poison once, acknowledges it and goes on", async () => {
  const job = await insertQueuedJob(account);
  const result = await deliver("jobs-normal", [
    { version: 9, drop: "tables" },
    "text",
    runMessage(job.desk_id, job.id, 1),
  ]);
  expect(result.retryMessages).toEqual([]);
  expect(result.explicitAcks.length).toBe(3);
  const { results } = await testEnv.DB.prepare("SELECT body FROM dead_letters WHERE desk_id IS NULL").all<{
    body: string;
  }>();
  expect(results.map(({ body }) => JSON.parse(body))).toEqual(
    expect.arrayContaining(["text", { version: 9, drop: "tables" }]),
  );
  await expect.poll(async () => (await jobState(job.id)).status).toBe("succeeded");
});

it("fails the job, and its document, of a message that died in its queue", async () => {
  installProbe((border) => {
    if (border === "slice.leased") throw new Error("the consumer breaks before it starts");
  });
  const { id, job_id } = await (
    await upload(account.access_token, handbook(3), "dead.md")
  ).json<UploadedDocument>();
  const body = { ...runMessage(account.desk_id as `dsk_${string}`, job_id as `job_${string}`, 99) };
  await deliver("jobs-dead", [body]);
  expect(await processed(account.access_token, id)).toMatchObject({
    status: "failed",
    error: { code: "jobs.dead_letter" },
  });
  const letter = await testEnv.DB.prepare("SELECT queue, desk_id FROM dead_letters WHERE job_id = ?")
    .bind(job_id)
    .first();
  expect(letter).toEqual({ queue: "jobs-dead", desk_id: account.desk_id });
});

it("sends what a request had no time to send", async () => {
  const job = await insertQueuedJob(account);
  await testEnv.DB.prepare(
    "INSERT INTO outbox (id, desk_id, job_id, priority, due_at) VALUES (?, ?, ?, 'normal', ?)",
  )
    .bind(`out_${job.id}`, job.desk_id, job.id, Date.now() - 120_000)
    .run();
  await worker.scheduled(createScheduledController({ cron: "* * * * *" }), testEnv, createExecutionContext());
  await expect.poll(async () => (await jobState(job.id)).status).toBe("succeeded");
  const left = await testEnv.DB.prepare("SELECT 1 FROM outbox WHERE job_id = ?").bind(job.id).all();
  expect(left.results).toEqual([]);
});
