import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jobTypes } from "../../../src/job-types.ts";
import { createBatch } from "../../../src/modules/batches/create.ts";
import { batchable } from "../../../src/modules/batches/types.ts";
import { exampleExperiment } from "../../../src/modules/strategies/experiments/schemas.ts";
import { changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import {
  batchOver,
  endDirections,
  newBatch,
  queries,
  useBatches,
  usedBatches,
} from "../../support/batches.ts";
import { contextOfOwner } from "../../support/context.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

let account: Account;
let token: string;
beforeEach(async () => {
  account = await newAccount();
  token = account.access_token;
});
afterEach(endDirections);

const post = async (json: object, of = token) => await call("/v1/batches", { token: of, json });
const searches = (items: unknown[]) => ({ type: "search.query", items });
const onPlan = async (plan: string) =>
  await changeBehind([account.desk_id], "UPDATE desks SET plan = ? WHERE id = ?", plan, account.desk_id);
const used = async () => await usedBatches(token);
const batchesOf = async ({ desk_id }: Account) =>
  (await testEnv.DB.prepare("SELECT id FROM batches WHERE desk_id = ?").bind(desk_id).all()).results.length;

describe("starting a batch", () => {
  it("answers with the batch, its run, and where to watch that", async () => {
    const answer = await post({ ...searches(queries(3)), concurrency: 3, tags: ["nightly"] });
    expect(answer.status).toBe(202);
    const batch = await answer.json<{ id: string; job: { id: string } }>();
    expect(answer.headers.get("location")).toBe(`/v1/jobs/${batch.job.id}`);
    expect(batch).toMatchObject({
      type: "search.query",
      status: "queued",
      total: 3,
      queued: 3,
      concurrency: 3,
    });
    const links = { batch: `/v1/batches/${batch.id}` };
    expect(batch.job).toMatchObject({ type: "batches.run", status: "queued", tags: ["nightly"], links });
    await batchOver(token, batch.id);
  });

  it("names the types that there are where the asked one is none", async () => {
    for (const type of ["library.ingest", "batches.run", "nothing", ""]) {
      const { code, errors } = await problemOf(await post({ ...searches(queries(1)), type }));
      expect(code).toBe("request.invalid");
      expect(errors?.[0]).toMatchObject({ path: "type", code: "batches.unknown_type" });
      expect(errors?.[0]?.message).toContain("library.reprocess, search.query");
    }
  });

  it("names each item that its type refuses, and where", async () => {
    const items = [
      { query: "fine" },
      { query: "" },
      { query: "x", limit: "5" },
      { query: "x", desk_id: account.desk_id },
      {},
      { query: "x", filters: { tags: ["a", 1] } },
    ];
    const { errors } = await problemOf(await post(searches(items)));
    const paths = [
      "items[1].query",
      "items[2].limit",
      "items[3]",
      "items[4].query",
      "items[5].filters.tags[1]",
    ];
    expect(errors?.map(({ path }) => path)).toEqual(paths);
    expect(await batchesOf(account)).toBe(0);
    expect(await used()).toBe(0);
  });

  it("takes either items or a file, at most a thousand items, and one to twenty at once", async () => {
    const refused: [object, string][] = [
      [{ type: "search.query" }, "items"],
      [{ ...searches(queries(1)), file_id: "fil_1" }, "items"],
      [searches([]), "items"],
      [searches(queries(1_001)), "items"],
      [{ ...searches(queries(1)), concurrency: 0 }, "concurrency"],
      [{ ...searches(queries(1)), concurrency: 21 }, "concurrency"],
      [{ ...searches(queries(1)), priority: "urgent" }, "priority"],
    ];
    for (const [body, path] of refused) {
      const answer = await post(body);
      expect(answer.status).toBe(422);
      expect((await problemOf(answer)).errors?.[0]?.path).toBe(path);
    }
    const missing = await post({ type: "search.query", file_id: "fil_019a3b5c7d8e7f00a1b2c3d4e5f60718" });
    expect((await problemOf(missing)).code).toBe("files.not_found");
  });

  it("of experiments needs a plan with experiments, as one alone does", async () => {
    await onPlan("free");
    const refused = await post({ type: "experiments.run", items: [exampleExperiment] });
    expect(refused.status).toBe(403);
    expect((await problemOf(refused)).code).toBe("plans.experiments");
    expect(await used()).toBe(0);
  });

  it("of the critical lane needs a plan with that lane", async () => {
    await onPlan("pro");
    const body = { ...searches(queries(1)), priority: "critical" };
    const refused = await post(body);
    expect(refused.status).toBe(403);
    expect((await problemOf(refused)).code).toBe("plans.priority_lane");
    expect(await used()).toBe(0);
    await onPlan("enterprise");
    const { id } = await (await post(body)).json<{ id: string }>();
    expect(await batchOver(token, id)).toMatchObject({ priority: "critical", status: "succeeded" });
  });

  it("needs what its type needs as well", async () => {
    const ctx = await contextOfOwner(account);
    const without = new Set([...ctx.permissions].filter((one) => one !== "documents:write"));
    const items = [{ document_id: "doc_019a3b5c7d8e7f00a1b2c3d4e5f60718" }];
    const request = {
      type: "library.reprocess",
      items,
      concurrency: 1,
      priority: "normal" as const,
      tags: [],
    };
    const asked = createBatch({ ...ctx, permissions: without }, batchable(jobTypes), request);
    await expect(asked).rejects.toMatchObject({ status: 403, code: "access.not_allowed" });
  });

  it("is told once, however often its Idempotency-Key comes back", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const ask = async () => await call("/v1/batches", { token, headers, json: searches(queries(1)) });
    const first = await (await ask()).json<{ id: string }>();
    expect((await (await ask()).json<{ id: string }>()).id).toBe(first.id);
    expect(await used()).toBe(1);
    await batchOver(token, first.id);
  });
});

describe("the day's batches", () => {
  it("with one left, ten at once have exactly one success", async () => {
    await onPlan("free");
    await useBatches(account.desk_id, 9);
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(searches(queries(1)))));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(9).fill(429)]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get("retry-after")).toMatch(/^\d+$/);
    const code = "limits.quota_exceeded";
    const policies = { "violated-policies": ["batch_jobs_per_day"] };
    expect(refused && (await problemOf(refused))).toMatchObject({ code, ...policies });
    expect(await batchesOf(account)).toBe(1);
    expect(await used()).toBe(10);
  });

  it("get back what a batch that could not be written had taken", async () => {
    const ctx = await contextOfOwner(account);
    const deferred: Promise<unknown>[] = [];
    const refusing = { batch: () => Promise.reject(new Error("no database")) };
    const client = new Proxy(ctx.db.$client, {
      get: (target, name) => Reflect.get(name === "batch" ? refusing : target, name),
    });
    const db = new Proxy(ctx.db, {
      get: (target, name) => (name === "$client" ? client : Reflect.get(target, name)),
    });
    const failing = { ...ctx, db, defer: (work: Promise<unknown>) => void deferred.push(work) };
    const request = { ...searches(queries(1)), concurrency: 1, priority: "normal" as const, tags: [] };
    await expect(createBatch(failing, batchable(jobTypes), request)).rejects.toThrow("no database");
    await Promise.all(deferred);
    expect(await used()).toBe(0);
  });
});

describe("another desk's batch", () => {
  it("is told apart from none by nothing, and takes no part in ours", async () => {
    const theirs = await newAccount();
    const { id } = await newBatch(theirs.access_token, { items: queries(1) });
    await batchOver(theirs.access_token, id);
    for (const path of ["", "/items", "/export"]) {
      expect((await problemOf(await call(`/v1/batches/${id}${path}`, { token }))).code).toBe(
        "batches.not_found",
      );
    }
    for (const action of ["pause", "resume", "cancel", "retry-failed"]) {
      const answer = await call(`/v1/batches/${id}/${action}`, { token, method: "POST" });
      expect((await problemOf(answer)).code, action).toBe("batches.not_found");
    }
    const mine = await (await call("/v1/batches", { token })).json<{ data: object[] }>();
    expect(mine.data).toEqual([]);
  });
});
