import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { problemOf } from "../../support/answers.ts";
import {
  batchNow,
  batchOver,
  batchWhen,
  checkCounters,
  directChildren,
  endDirections,
  eventsOf,
  itemRows,
  newBatch,
  newDoor,
  queries,
  settleNow,
  steered,
  until,
} from "../../support/batches.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";

let account: Account;
let token: string;
beforeEach(async () => {
  account = await newAccount();
  token = account.access_token;
});
afterEach(endDirections);

/** A batch of which the first two of six items run: the one waits at a door, the other behind it. */
async function heldBatch() {
  const door = newDoor();
  let waits = false;
  directChildren((idx) => {
    waits = true;
    return idx < 2 ? door.opened : undefined;
  });
  const { id, job } = await newBatch(token, { items: queries(6), concurrency: 2 });
  await until(() => waits);
  return { door, id, run: job.id };
}

const attemptsOf = async (id: string) => (await itemRows(id)).map(({ attempts }) => attempts);

describe("a paused batch", () => {
  it("lets what runs come to its end, starts nothing, and goes on when it is resumed", async () => {
    const { door, id, run } = await heldBatch();
    expect((await steered(token, id, "pause")).status).toBe("paused");
    door.open();
    const still = await batchWhen(token, id, ({ running }) => running === 0);
    expect(still).toMatchObject({ status: "paused", succeeded: 2, queued: 4, finished_at: null });
    expect(await attemptsOf(id)).toEqual([1, 1, 0, 0, 0, 0]);
    expect((await steered(token, id, "pause")).status).toBe("paused");
    const resumed = await steered(token, id, "resume");
    expect(resumed.job.id).toBe(run);
    expect(await batchOver(token, id)).toMatchObject({ status: "succeeded", succeeded: 6 });
    expect(await attemptsOf(id)).toEqual([1, 1, 1, 1, 1, 1]);
    await checkCounters(id);
  });

  it("of which all has ended meanwhile ends when it is resumed", async () => {
    const door = newDoor();
    directChildren(() => door.opened);
    const { id } = await newBatch(token, { items: queries(2) });
    await batchWhen(token, id, ({ running }) => running === 2);
    await steered(token, id, "pause");
    door.open();
    await batchWhen(token, id, ({ succeeded }) => succeeded === 2);
    await steered(token, id, "resume");
    expect(await batchOver(token, id)).toMatchObject({ status: "succeeded" });
  });
});

describe("a cancelled batch", () => {
  it("starts nothing, stops what runs, counts what has ended, and tells the desk when all has stopped", async () => {
    const { door, id, run } = await heldBatch();
    expect(["cancelled", "cancelling"]).toContain((await steered(token, id, "cancel")).status);
    await settleNow(account.desk_id, run);
    expect(await batchNow(token, id)).toMatchObject({
      status: "cancelling",
      queued: 0,
      running: 1, // the other child had not begun
      cancelled: 5,
    });
    door.open();
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "cancelled", cancelled: 6 });
    expect(await attemptsOf(id)).toEqual([1, 1, 0, 0, 0, 0]);
    await checkCounters(id);
    const data = { batch_id: id, job_id: run, total: 6, succeeded: 0, failed: 0, cancelled: 6 };
    expect(await eventsOf(account.desk_id)).toEqual([{ type: "batch.completed", data }]);
  });

  it("is resumed by a new run, which does what was left and nothing else", async () => {
    const door = newDoor();
    directChildren((idx) => (idx === 1 ? "fails" : idx > 2 ? door.opened : undefined));
    const { id, job } = await newBatch(token, { items: queries(6), concurrency: 2 });
    await batchWhen(token, id, ({ failed, succeeded }) => succeeded === 2 && failed === 1);
    await steered(token, id, "cancel");
    await settleNow(account.desk_id, job.id);
    door.open();
    expect(await batchOver(token, id)).toMatchObject({ succeeded: 2, failed: 1, cancelled: 3 });
    directChildren(() => undefined);
    const runs = await Promise.all([1, 2, 3].map(() => steered(token, id, "resume")));
    expect(new Set(runs.map((one) => one.job.id)).size).toBe(1);
    expect(runs[0]?.job.retry_of).toBe(job.id);
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "succeeded", succeeded: 5, failed: 1, cancelled: 0 });
    expect((await attemptsOf(id)).slice(0, 3)).toEqual([1, 1, 1]);
    const retried = await call(`/v1/jobs/${job.id}/retry`, { token, method: "POST" });
    expect(await retried.json()).toMatchObject({ id: batch.job.id });
    const done = await call(`/v1/batches/${id}/resume`, { token, method: "POST" });
    expect((await problemOf(done)).code).toBe("jobs.ended");
    await checkCounters(id);
  });

  it("that is resumed before its children have stopped does their items anew", async () => {
    const { door, id, run } = await heldBatch();
    await steered(token, id, "cancel");
    expect((await steered(token, id, "resume")).running).toBe(2);
    await settleNow(account.desk_id, run);
    directChildren(() => undefined);
    door.open();
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "succeeded", succeeded: 6, cancelled: 0 });
    expect(await attemptsOf(id)).toEqual([2, 2, 1, 1, 1, 1]);
    await checkCounters(id);
  });
});

describe("a batch that is finished early", () => {
  it("succeeds with what it has, says that it is partial, and may be resumed", async () => {
    const { door, id, run } = await heldBatch();
    await steered(token, id, "pause");
    door.open();
    await batchWhen(token, id, ({ succeeded }) => succeeded === 2);
    await call(`/v1/jobs/${run}/finish`, { token, method: "POST" });
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "succeeded", succeeded: 2, cancelled: 4 });
    expect(batch.job.result).toMatchObject({ partial: true, total: 6, succeeded: 2, cancelled: 4 });
    await checkCounters(id);
    await steered(token, id, "resume");
    expect(await batchOver(token, id)).toMatchObject({ status: "succeeded", succeeded: 6, cancelled: 0 });
  });
});

describe("a batch that is finished early while children are at work", () => {
  it("counts them in its run's result and progress as in its items", async () => {
    const { door, id, run } = await heldBatch();
    await call(`/v1/jobs/${run}/finish`, { token, method: "POST" });
    door.open();
    const { cancelled, failed, job, succeeded, total } = await batchOver(token, id);
    const ended = { total, succeeded, failed, cancelled };
    expect(succeeded).toBeLessThan(6);
    expect(job).toMatchObject({ result: { ...ended, partial: true }, progress: { counters: ended } });
    await checkCounters(id);
  });
});

describe("what has failed", () => {
  it("is done again in the same run while that goes on", async () => {
    const door = newDoor();
    let mended = false;
    directChildren((idx) => (idx === 0 && !mended ? "fails" : idx === 3 ? door.opened : undefined));
    const { id, job } = await newBatch(token, { items: queries(4), concurrency: 2 });
    await batchWhen(token, id, ({ failed, succeeded }) => failed === 1 && succeeded === 2);
    mended = true;
    const retried = await steered(token, id, "retry-failed");
    expect(retried).toMatchObject({ failed: 0, job: { id: job.id } });
    door.open();
    expect(await batchOver(token, id)).toMatchObject({ succeeded: 4, failed: 0 });
    expect(await attemptsOf(id)).toEqual([2, 1, 1, 1]);
    await checkCounters(id);
  });

  it("is done again in one new run after the end, however often that is asked for", async () => {
    directChildren((idx) => (idx < 2 ? "fails" : undefined));
    const { id, job } = await newBatch(token, { items: queries(4) });
    expect(await batchOver(token, id)).toMatchObject({ failed: 2, succeeded: 2 });
    directChildren(() => undefined);
    const path = `/v1/batches/${id}/retry-failed`;
    const answers = await Promise.all([1, 2, 3].map(() => call(path, { token, method: "POST" })));
    expect(answers.map(({ status }) => status)).toContain(202);
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "succeeded", failed: 0, succeeded: 4 });
    expect(batch.job.retry_of).toBe(job.id);
    expect(await attemptsOf(id)).toEqual([2, 2, 1, 1]);
    expect((await problemOf(await call(path, { token, method: "POST" }))).code).toBe(
      "batches.nothing_to_retry",
    );
    expect(await eventsOf(account.desk_id)).toHaveLength(2);
    await checkCounters(id);
  });

  it("is done again by a retry of the run as well", async () => {
    directChildren(() => "fails");
    const { id, job } = await newBatch(token, { items: queries(3) });
    expect(await batchOver(token, id)).toMatchObject({ status: "failed" });
    directChildren(() => undefined);
    const next = await (await call(`/v1/jobs/${job.id}/retry`, { token, method: "POST" })).json<{
      id: string;
    }>();
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "succeeded", succeeded: 3, job: { id: next.id } });
    await checkCounters(id);
  });
});

describe("the day's batches", () => {
  it("are not spent by any of this", async () => {
    directChildren((idx) => (idx === 0 ? "fails" : undefined));
    const { id } = await newBatch(token, { items: queries(2) });
    await batchOver(token, id);
    await steered(token, id, "retry-failed");
    await batchOver(token, id);
    const usage = await (await call("/v1/me/usage", { token })).json<{ quotas: Record<string, object> }>();
    expect(usage.quotas.batch_jobs_per_day).toMatchObject({ used: 1 });
    expect((await batchNow(token, id)).failed).toBe(1);
  });
});
