import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { jobTypes } from "../../../src/job-types.ts";
import { walkJobs } from "../../../src/modules/jobs/bulk-store.ts";
import type { Job } from "../../../src/modules/jobs/job.ts";
import { Cut, installProbe } from "../../../src/platform/faults.ts";
import { changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { actionsOn, caughtMessages, consumeAll, rowOf, type Sent, steererOf } from "../../support/engine.ts";
import { testEnv } from "../../support/env.ts";
import { deskOf, insertJobLike, newFailedJob, roomFor } from "../../support/jobs.ts";
import { testPlatform } from "../../support/platform.ts";
import { unknownId } from "../../support/world.ts";

let account: Account;
let sent: Sent[];
beforeEach(async () => {
  account = await newAccount();
  sent = caughtMessages();
});
afterEach(() => {
  installProbe(undefined);
  vi.restoreAllMocks();
});

const bulk = (json: object, { access_token: token } = account) => call("/v1/jobs/bulk", { token, json });

/** Asks for it, lets the job run to its end, and answers that as it ended. */
async function done(json: object) {
  const answer = await bulk(json);
  expect(answer.status).toBe(202);
  const job = await answer.json<Pick<Job, "id">>();
  expect(answer.headers.get("location")).toBe(`/v1/jobs/${job.id}`);
  await consumeAll(jobTypes, sent);
  return { id: job.id, ...(await rowOf(job)) };
}

const nothing = { matched: 0, changed: 0, unchanged: 0, refused: {}, examples: [] };
const statuses = async (jobs: Job[]) => (await Promise.all(jobs.map(rowOf))).map(({ status }) => status);
const several = (count: number, fields: object = {}) =>
  Promise.all(Array.from({ length: count }, () => insertJobLike(account, fields)));

describe("asking to steer many jobs", () => {
  it.each([
    ["neither ids nor a filter", {}],
    ["both", { ids: [unknownId("job")], filter: { status: "queued" } }],
    ["an empty filter", { filter: {} }],
    ["no ids", { ids: [] }],
    ["more than a thousand ids", { ids: Array.from({ length: 1_001 }, () => unknownId("job")) }],
    ["an id that is none", { ids: ["job_1"] }],
    ["a field of the filter that nobody knows", { filter: { status: "queued", desk_id: "dsk_1" } }],
    ["a status that is none", { filter: { status: "stuck" } }],
    ["a time that is none", { filter: { created_after: "yesterday" } }],
  ])("is a 422 with %s, and leaves nothing", async (_, fields) => {
    const answer = await bulk({ action: "cancel", ...fields });
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).code).toBe("request.invalid");
    expect(sent).toEqual([]);
  });

  it("is audited once, and goes before what it steers", async () => {
    const job = await (await bulk({ action: "pause", filter: { status: "queued" } })).json<Job>();
    expect(job).toMatchObject({ type: "jobs.bulk", priority: "critical" });
    expect(await actionsOn(job.id)).toEqual(["job.bulk"]);
  });
});

describe("the job that steers many", () => {
  it("steers what the filter means and nothing else, each with a row in the audit log", async () => {
    const meant = await several(3, { tags: ["night"], priority: "low" });
    const others = [
      await insertJobLike(account, { tags: ["night"] }),
      await insertJobLike(account, { tags: ["day"], priority: "low" }),
      await insertJobLike(account, { tags: ["night"], priority: "low", type: "library.purge" }),
      await insertJobLike(account, { tags: ["night"], priority: "low", parent_id: meant[0]?.id ?? null }),
      await insertJobLike(account, { tags: ["night"], priority: "low", created_at: Date.now() - 3_600_000 }),
      await insertJobLike(account, { tags: ["night"], priority: "low", created_at: Date.now() + 3_600_000 }),
      await insertJobLike(await newAccount(), { tags: ["night"], priority: "low" }),
    ];
    const created_after = new Date(Date.now() - 60_000).toISOString();
    const created_before = new Date(Date.now() + 60_000).toISOString();
    const filter = { status: "queued", type: "library.reindex", tag: "night", priority: "low" };
    const ended = await done({ action: "pause", filter: { ...filter, created_after, created_before } });
    expect(ended).toMatchObject({ status: "succeeded", result: { ...nothing, matched: 3, changed: 3 } });
    expect(await statuses(meant)).toEqual(["paused", "paused", "paused"]);
    expect(new Set(await statuses(others))).toEqual(new Set(["queued"]));
    for (const { id } of meant) expect(await actionsOn(id)).toEqual(["job.pause"]);
  });

  it("means no bulk job, itself included, unless its type is named, and never a later job", async () => {
    const before = await insertJobLike(account, {});
    const earlier = await (await bulk({ action: "resume", filter: { status: "paused" } })).json<Job>();
    const asked = await bulk({ action: "cancel", filter: { status: "queued" } });
    const { id } = await asked.json<Job>();
    const later = await insertJobLike(account, { created_at: Date.now() + 5 });
    await consumeAll(jobTypes, sent);
    expect(await rowOf({ id })).toMatchObject({ status: "succeeded", result: { matched: 1, changed: 1 } });
    expect(await statuses([before, later])).toEqual(["cancelled", "queued"]);
    expect(await rowOf(earlier)).toMatchObject({ status: "succeeded" });
  });

  it("counts refusals by the codes of the single routes, and names the first twenty", async () => {
    const ended = await several(25);
    for (const job of ended) await roomFor(job).control("cancel", null);
    const [child, paused] = [
      await insertJobLike(account, { parent_id: ended[0]?.id ?? null }),
      ...(await several(1)),
    ];
    if (paused === undefined) throw new Error("no job");
    await roomFor(paused).control("pause", null);
    const foreign = await insertJobLike(await newAccount(), {});
    const gone = unknownId("job");
    const ids = [paused, child, foreign, ...ended].map(({ id }) => id);
    const { progress, result } = await done({ action: "pause", ids: [gone, ...ids, ...ids] });
    expect(progress.counters).toEqual({ matched: 29, changed: 0, unchanged: 1, refused: 28 });
    expect(result).toMatchObject({ matched: 29, changed: 0, unchanged: 1 });
    expect(result.refused).toEqual({ "jobs.not_found": 2, "jobs.has_parent": 1, "jobs.ended": 25 });
    expect(result.examples).toHaveLength(20);
    expect(result.examples[0]).toEqual({ id: gone, code: "jobs.not_found" });
    expect(await rowOf(foreign)).toMatchObject({ status: "queued" });
  });

  it("starts one new run of each that failed, and asked again starts none", async () => {
    const failed = [await newFailedJob(account), await newFailedJob(account)];
    const ask = { action: "retry", filter: { status: "failed" } };
    expect((await done(ask)).result).toMatchObject({ matched: 2, changed: 2 });
    expect((await done(ask)).result).toMatchObject({ matched: 2, changed: 0, unchanged: 2 });
    for (const id of failed) expect(await actionsOn(id)).toEqual(["job.retry"]);
  });

  it("walks page after page, and gives the same counts when it is killed in the middle of one", async () => {
    const jobs = await several(50);
    const asked = await bulk({ action: "cancel", filter: { status: "queued" } });
    const { id } = await asked.json<Job>();
    let acted = 0;
    installProbe((border, subject) => {
      if (border !== "slice.effect" || subject !== id) return;
      acted += 1;
      if (acted === 27) throw new Cut(border);
    });
    await consumeAll(jobTypes, sent);
    expect(await rowOf({ id })).toMatchObject({ status: "running" });
    const goOn = async () => {
      await consumeAll(jobTypes, sent);
      return (await rowOf({ id })).status;
    };
    await expect.poll(goOn, { timeout: 10_000 }).toBe("succeeded");
    expect(await rowOf({ id })).toMatchObject({
      status: "succeeded",
      result: { ...nothing, matched: 50, changed: 50 },
    });
    expect(new Set(await statuses(jobs))).toEqual(new Set(["cancelled"]));
    for (const job of jobs.slice(20, 30)) expect(await actionsOn(job.id)).toEqual(["job.cancel"]);
  });

  it("finishes early with what it has counted", async () => {
    const jobs = await several(24);
    const steered = await bulk({ action: "pause", ids: jobs.map(({ id }) => id) });
    const { id } = await steered.json<Job>();
    const room = roomFor({ id, desk_id: deskOf(account) });
    let acted = 0;
    installProbe(async (border, subject) => {
      if (border !== "slice.effect" || subject !== id) return;
      acted += 1;
      if (acted === 5) await room.control("finish", null);
    });
    await consumeAll(jobTypes, sent);
    expect(await rowOf({ id })).toMatchObject({
      status: "succeeded",
      result: { matched: 20, changed: 20, partial: true },
    });
  });

  it("ends when whoever asked may no longer steer, or is no longer there", async () => {
    for (const sql of [
      "UPDATE members SET role = 'viewer' WHERE user_id = ?",
      "UPDATE users SET status = 'deactivated' WHERE id = ?",
      "DELETE FROM members WHERE user_id = ?",
    ]) {
      const by = await newAccount();
      const job = await insertJobLike(by, {});
      const { id } = await (await bulk({ action: "cancel", ids: [job.id] }, by)).json<Job>();
      await changeBehind([by.user_id], sql, by.user_id);
      await consumeAll(jobTypes, sent);
      expect(await rowOf({ id }), sql).toMatchObject({
        status: "failed",
        error: { code: "access.not_allowed" },
      });
      expect(await rowOf(job), sql).toMatchObject({ status: "queued" });
    }
  });

  it("reads as many rows for a page of 3,000 jobs as for one of 300", async () => {
    const { desk, actor } = steererOf(account);
    const fill = (from: number, to: number) =>
      testEnv.DB.prepare(
        `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})
         INSERT INTO jobs (id, desk_id, type, priority, status, input, progress, created_by, created_at, updated_at)
         SELECT printf('job_%032x', i), ?, iif(i % 3 = 0, 'a.b', 'c.d'), 'low', iif(i % 2 = 0, 'failed', 'queued'),
           '{}', '{}', ?, i, i FROM n`,
      )
        .bind(desk, actor)
        .run();
    const any = { tag: null, priority: null, created_after: null, created_before: null };
    const filters = [
      { ...any, status: "queued" as const, type: null },
      { ...any, status: null, type: "a.b" },
      { ...any, status: "queued" as const, type: "a.b" },
      { ...any, status: null, type: null },
    ];
    const costs = async () => {
      const read: number[] = [];
      for (const filter of filters) {
        const { cost, db } = testPlatform();
        expect(await walkJobs(db, desk, filter, [100, ""], [250, ""], 20)).toHaveLength(20);
        read.push(cost.d1_rows_read);
      }
      return read;
    };
    await fill(1, 301);
    const few = await costs();
    await fill(301, 3_001);
    expect(await costs()).toEqual(few);
    expect(Math.max(...few)).toBeLessThanOrEqual(60);
  });
});
