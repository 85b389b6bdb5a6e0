import { createExecutionContext, createMessageBatch, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, it } from "vitest";
import { runMessage } from "../../../src/modules/jobs/message.ts";
import { type Border, installProbe } from "../../../src/platform/faults.ts";
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
import { watchBySocket, watchToEnd } from "../../support/watch.ts";

const TEXT = handbook(30);

afterEach(() => installProbe(undefined));

async function uploaded(account: Account): Promise<UploadedDocument> {
  return await (await upload(account.access_token, TEXT, "handbook.md")).json<UploadedDocument>();
}

/** Everything that the desk's index and bucket hold of a run, as one comparable value. */
async function traces(account: Account, document: UploadedDocument) {
  const index = testEnv.LIBRARY_INDEX.getByName(account.desk_id);
  const chunks = await runInDurableObject(index, (_, state) =>
    state.storage.sql
      .exec("SELECT build, idx, id FROM staged UNION ALL SELECT '', idx, id FROM passages_0 ORDER BY 1, 2")
      .toArray(),
  );
  const prefix = `desks/${account.desk_id}/documents/${document.id}/text/`;
  const { objects } = await testEnv.FILES.list({ prefix });
  return { chunks, objects: objects.map((object) => object.key) };
}

/** Runs one ingestion of a fresh desk and calls `at` with each border and its number, as it is reached. */
async function ingestion(
  at: (border: Border, number: number, job: string, account: Account) => Promise<void> | void,
) {
  const account = await newAccount();
  let reached = 0;
  installProbe((border, job) => at(border, reached++, job, account));
  return { account, document: await uploaded(account) };
}

async function bordersOfOneRun(): Promise<Border[]> {
  const borders: Border[] = [];
  const { account, document } = await ingestion((border) => {
    borders.push(border);
  });
  await processed(account.access_token, document.id);
  await expect.poll(() => borders.at(-1)).toBe("slice.confirmed");
  return borders;
}

it("holds a cancel asked for at any border: no later write, and a new run completes", async () => {
  const borders = await bordersOfOneRun();
  const beforeTheEnd = borders.lastIndexOf("slice.ran") + 1;
  expect(beforeTheEnd).toBeGreaterThan(8);
  for (let cancel_at = 0; cancel_at < beforeTheEnd; cancel_at += 1) {
    const told = `at border ${cancel_at}, ${borders[cancel_at]}`;
    let answered: number | undefined;
    const { account, document } = await ingestion(async (_, number, job, { access_token }) => {
      if (number !== cancel_at) return;
      answered = (await call(`/v1/jobs/${job}/cancel`, { token: access_token, method: "POST" })).status;
    });
    const token = account.access_token;
    const frames = await watchToEnd(watchBySocket, token, document.job_id);
    await expect.poll(() => answered, { message: told }).toBe(202);
    const last = frames.at(-1);
    expect(last?.data?.status ?? last?.job?.status, told).toBe("cancelled");
    expect((await processed(token, document.id, 5_000)).status, told).toBe("cancelled");

    expect(await traces(account, document), told).toEqual({ chunks: [], objects: [] });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await traces(account, document), told).toEqual({ chunks: [], objects: [] });

    installProbe(undefined);
    const again = await call(`/v1/documents/${document.id}/reprocess`, { token, json: {} });
    expect(again.status, told).toBe(202);
    expect(await processed(token, document.id), told).toMatchObject({ status: "completed", unit_count: 30 });
  }
}, 120_000);

it("cancels at once a job that nobody has started, and a late message starts nothing", async () => {
  const account = await newAccount();
  const job = await insertQueuedJob(account);
  const cancelled = await call(`/v1/jobs/${job.id}/cancel`, { token: account.access_token, method: "POST" });
  expect(await cancelled.json()).toMatchObject({ status: "cancelled", attempts: 0 });

  const borders: Border[] = [];
  installProbe((border) => {
    borders.push(border);
  });
  const message = {
    id: "late",
    timestamp: new Date(),
    attempts: 1,
    body: runMessage(job.desk_id, job.id, 1),
  };
  await worker.queue(createMessageBatch("jobs-normal", [message]), testEnv, createExecutionContext());
  expect(borders).toEqual([]);
  const polled = await call(`/v1/jobs/${job.id}`, { token: account.access_token });
  expect(await polled.json()).toMatchObject({ status: "cancelled", seq: 1 });
});

it("answers a second cancel like the first, and refuses to cancel what has ended otherwise", async () => {
  const account = await newAccount();
  const token = account.access_token;
  const job = await insertQueuedJob(account);
  await call(`/v1/jobs/${job.id}/cancel`, { token, method: "POST" });
  const second = await call(`/v1/jobs/${job.id}/cancel`, { token, method: "POST" });
  expect(second.status).toBe(202);
  expect(await second.json()).toMatchObject({ status: "cancelled", seq: 1 });

  const document = await uploaded(account);
  await processed(token, document.id);
  const late = await call(`/v1/jobs/${document.job_id}/cancel`, { token, method: "POST" });
  expect(late.status).toBe(409);
  expect(await late.json()).toMatchObject({ code: "jobs.ended" });
});
