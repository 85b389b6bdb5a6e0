import { createExecutionContext, createScheduledController } from "cloudflare:test";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { bucketOf, hourOf } from "../../../src/modules/jobs/policy.ts";
import { type Counted, durationsOf, summaryOf } from "../../../src/modules/jobs/statistics-policy.ts";
import { selectEnds } from "../../../src/modules/jobs/statistics-store.ts";
import worker from "../../../src/worker.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { deskOf, insertJobLike, leased, newFailedJob, roomFor } from "../../support/jobs.ts";
import { testPlatform } from "../../support/platform.ts";

const HOUR_MS = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

interface Answer {
  now: {
    unfinished: { type: string; status: string; jobs: number; capped: boolean }[];
    oldest_queued_age_s: number | null;
  };
  span: { from: string; to: string; interval: string; complete: boolean };
  types: {
    type: string;
    jobs: number;
    failure_rate: number | null;
    statuses: { status: string; jobs: number; run_ms: { mean: number; p95: number } | null }[];
  }[];
  series: { from: string; jobs: number }[];
}

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});

const ask = (query: Record<string, string> = {}, { access_token: token } = account) =>
  call(`/v1/jobs/statistics?${new URLSearchParams(query)}`, { token });
const statistics = async (query: Record<string, string> = {}, of = account) =>
  await (await ask(query, of)).json<Answer>();

/** One end of a job of that hour, with its wait and run. */
async function ended(hour: number, type: string, status: string, run_ms: number, count = 1): Promise<void> {
  const row = testEnv.DB.prepare(
    "INSERT INTO job_statistics (desk_id, hour, type, status, measure, bucket, jobs, total_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  await testEnv.DB.batch([
    row.bind(account.desk_id, hour, type, status, "wait", bucketOf(0), count, 0),
    row.bind(account.desk_id, hour, type, status, "run", bucketOf(run_ms), count, count * run_ms),
  ]);
}

describe("durations of ended jobs", () => {
  const count = (durations: number[]): Counted[] =>
    durations.map((ms) => ({
      slot: 0,
      type: "a.b",
      status: "succeeded",
      measure: "run",
      bucket: bucketOf(ms),
      jobs: 1,
      total_ms: ms,
    }));

  it("have their exact mean, and percentiles no more than 10 % off", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 7 * 24 * HOUR_MS }), { minLength: 1 }), (durations) => {
        const sorted = [...durations].sort((a, b) => a - b);
        const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        const told = durationsOf(count(durations));
        const mean = durations.reduce((sum, ms) => sum + ms, 0) / durations.length;
        expect(told?.mean).toBe(Math.round(mean));
        // Rounding to whole milliseconds is all that matters below ten.
        expect(Math.abs((told?.p50 ?? 0) - at(0.5))).toBeLessThanOrEqual(0.1 * at(0.5) + 1);
        expect(Math.abs((told?.p95 ?? 0) - at(0.95))).toBeLessThanOrEqual(0.1 * at(0.95) + 1);
      }),
    );
  });

  it("are none where nothing ended, and a rate of failures leaves cancelled jobs out", () => {
    expect(summaryOf([])).toEqual({ jobs: 0, failure_rate: null, wait_ms: null, run_ms: null });
    const of = (status: string, jobs: number): Counted => ({
      ...{ slot: 0, type: "a.b", measure: "wait", bucket: 0, total_ms: 0 },
      ...{ status, jobs },
    });
    expect(summaryOf([of("cancelled", 9)])).toMatchObject({ jobs: 9, failure_rate: null });
    const some = [of("succeeded", 6), of("failed", 1), of("expired", 1), of("cancelled", 5)];
    expect(summaryOf(some)).toMatchObject({ jobs: 13, failure_rate: 0.25 });
  });
});

describe("the statistics of a desk's jobs", () => {
  it("count what is unfinished by type and status, and know the oldest that waits", async () => {
    await insertJobLike(account, { created_at: Date.now() - 90_000 });
    await insertJobLike(account, { type: "library.purge" });
    await insertJobLike(account, { type: "library.purge", parent_id: null });
    const paused = await insertJobLike(account, {});
    await roomFor(paused).control("pause", null);
    await insertJobLike(await newAccount(), {});
    const { now } = await statistics();
    expect(now.unfinished).toEqual([
      { type: "library.purge", status: "queued", jobs: 2, capped: false },
      { type: "library.reindex", status: "queued", jobs: 1, capped: false },
      { type: "library.reindex", status: "paused", jobs: 1, capped: false },
    ]);
    expect(now.oldest_queued_age_s).toBeGreaterThanOrEqual(90);
    const one = await statistics({ type: "library.purge" });
    expect(one.now.unfinished).toHaveLength(1);
    expect(one.now.oldest_queued_age_s).toBeLessThan(90);
  });

  it("count the ends that rooms have told, and no other desk's", async () => {
    await newFailedJob(account);
    const job = await insertJobLike(account, {});
    const { lease } = await leased(job);
    await roomFor(job).succeed(lease, {});
    const { series, span, types } = await statistics();
    expect(types).toMatchObject([{ type: "library.reindex", jobs: 2, failure_rate: 0.5 }]);
    expect(types[0]?.statuses.map(({ jobs, status }) => [status, jobs])).toEqual([
      ["failed", 1],
      ["succeeded", 1],
    ]);
    expect(series.reduce((sum, { jobs }) => sum + jobs, 0)).toBe(2);
    expect(span).toMatchObject({ interval: "hour", complete: true });
    expect((await statistics({}, await newAccount())).types).toEqual([]);
  });

  it("lie within the span, by hour or by day, and of one type where that is asked for", async () => {
    const noon = Date.parse("2026-03-10T12:00:00.000Z");
    const hour = hourOf(noon);
    await ended(hour - 1, "a.b", "succeeded", 100);
    await ended(hour, "a.b", "succeeded", 100, 3);
    await ended(hour, "c.d", "failed", 5_000);
    await ended(hour + 20, "a.b", "succeeded", 100);
    const narrow = await statistics({ from: iso(noon + 60_000), to: iso(noon + 120_000) });
    expect(narrow.span).toMatchObject({ from: iso(noon), to: iso(noon + HOUR_MS) });
    expect(narrow.types.map(({ jobs, type }) => [type, jobs])).toEqual([
      ["a.b", 3],
      ["c.d", 1],
    ]);
    expect(narrow.types[1]?.statuses[0]?.run_ms?.mean).toBe(5_000);
    const wide = { from: iso(noon - 24 * HOUR_MS), to: iso(noon + 24 * HOUR_MS) };
    const { series } = await statistics({ ...wide, interval: "day", type: "a.b" });
    expect(series.map(({ from, jobs }) => [from, jobs])).toEqual([
      ["2026-03-10T00:00:00.000Z", 4],
      ["2026-03-11T00:00:00.000Z", 1],
    ]);
  });

  it.each([
    ["that ends before it begins", { from: iso(HOUR_MS), to: iso(0) }],
    ["of more than 90 days", { from: iso(0), to: iso(91 * 24 * HOUR_MS) }],
  ])("are refused for a span %s", async (_, query) => {
    const answer = await ask(query);
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors?.[0]).toMatchObject({ path: "from", code: "jobs.bad_span" });
  });

  it("are read from no more rows than the limit, the newest, and mark the hour that it cut", async () => {
    for (let n = 0; n < 6; n += 1) await ended(1_000 + n, "a.b", "succeeded", 100);
    const { cost, db } = testPlatform();
    const rows = await selectEnds(db, deskOf(account), [0, 2_000], 24, 5);
    expect(rows.reduce((sum, { parts }) => sum + parts, 0)).toBe(5);
    expect(Math.min(...rows.map(({ first_hour }) => first_hour))).toBe(1_003);
    expect(rows.filter(({ edge }) => edge === 1).map(({ parts }) => parts)).toEqual([1]);
    expect(cost.d1_rows_read).toBeLessThan(40);
  });

  it("are forgotten after 90 days", async () => {
    const now = hourOf(Date.now());
    await ended(now - 91 * 24, "a.b", "succeeded", 1);
    await ended(now - 89 * 24, "a.b", "succeeded", 1);
    const ctx = createExecutionContext();
    await worker.scheduled(createScheduledController({ cron: "17 3 * * *" }), testEnv, ctx);
    const left = await testEnv.DB.prepare("SELECT DISTINCT hour FROM job_statistics WHERE desk_id = ?")
      .bind(account.desk_id)
      .all();
    expect(left.results).toEqual([{ hour: now - 89 * 24 }]);
  });
});
