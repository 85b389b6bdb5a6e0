import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jobTypes } from "../../../src/job-types.ts";
import { itemEndOf } from "../../../src/modules/batches/item-end.ts";
import { settleChild } from "../../../src/modules/batches/settle-item.ts";
import { batchable } from "../../../src/modules/batches/types.ts";
import { newJob } from "../../../src/modules/jobs/create.ts";
import { findJob } from "../../../src/modules/jobs/store.ts";
import { installProbe } from "../../../src/platform/faults.ts";
import { newId } from "../../../src/platform/ids.ts";
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
  until,
} from "../../support/batches.ts";
import { type Account, call, newAccount, uploadAndProcess } from "../../support/desk.ts";
import { testPlatform } from "../../support/platform.ts";

let account: Account;
let token: string;
beforeEach(async () => {
  account = await newAccount();
  token = account.access_token;
});
afterEach(endDirections);

describe("a batch", () => {
  it("brings every item to its end, says which have failed, and tells the desk once", async () => {
    directChildren((idx) => (idx % 3 === 1 ? "fails" : undefined));
    const { id, job } = await newBatch(token, { items: queries(6) });
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "succeeded", total: 6, succeeded: 4, failed: 2, cancelled: 0 });
    const told = { batch_id: id, total: 6, succeeded: 4, failed: 2, cancelled: 0 };
    expect(batch.job.result).toEqual(told);
    await checkCounters(id);
    const rows = await itemRows(id);
    expect(rows.map(({ status }) => status === "failed")).toEqual([false, true, false, false, true, false]);
    expect(JSON.parse(rows[1]?.error ?? "")).toMatchObject({ code: "test.fails" });
    const events = await eventsOf(account.desk_id);
    expect(events).toEqual([{ type: "batch.completed", data: { ...told, job_id: job.id } }]);
  });

  it("of which every item failed has failed itself", async () => {
    directChildren(() => "fails");
    const { id } = await newBatch(token, { items: queries(3) });
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "failed", total: 3, failed: 3 });
    expect(batch.job.error?.code).toBe("batches.all_failed");
    await checkCounters(id);
    expect((await eventsOf(account.desk_id)).map(({ type }) => type)).toEqual(["batch.completed"]);
  });

  it("never has more children at work than its concurrency, at any border", async () => {
    let batch = "";
    let most = 0;
    directChildren(
      () => undefined,
      async () => {
        if (batch === "") return;
        await checkCounters(batch);
        most = Math.max(most, (await batchNow(token, batch)).running);
      },
    );
    batch = (await newBatch(token, { items: queries(9), concurrency: 3 })).id;
    expect(await batchOver(token, batch)).toMatchObject({ succeeded: 9 });
    expect(most).toBe(3);
  });

  it("has children that are steered through it alone", async () => {
    const door = newDoor();
    directChildren(() => door.opened);
    const { id } = await newBatch(token, { items: queries(1) });
    await batchWhen(token, id, ({ running }) => running === 1);
    const [row] = await itemRows(id);
    for (const action of ["pause", "resume", "cancel", "finish", "retry"]) {
      const answer = await call(`/v1/jobs/${row?.job_id}/${action}`, { token, method: "POST" });
      expect((await problemOf(answer)).code, action).toBe("jobs.has_parent");
    }
    const children = await call(`/v1/jobs?parent_id=${(await batchNow(token, id)).job.id}`, { token });
    expect((await children.json<{ data: { id: string }[] }>()).data.map((one) => one.id)).toEqual([
      row?.job_id,
    ]);
    door.open();
    await batchOver(token, id);
  });

  it("counts a child once, however many copies of its end come and in whatever order", async () => {
    const door = newDoor();
    directChildren((idx) => (idx === 2 ? door.opened : undefined));
    const { id } = await newBatch(token, { items: queries(3), concurrency: 3 });
    await batchWhen(token, id, ({ succeeded }) => succeeded === 2);
    const platform = testPlatform();
    const types = batchable(jobTypes);
    const ended = (await itemRows(id)).slice(0, 2).map(({ job_id }) => job_id ?? "");
    for (const job of [...ended, ...ended].reverse()) {
      const child = await findJob(platform.db, account.desk_id as `dsk_${string}`, job);
      if (child !== undefined) await Promise.all([1, 2, 3].map(() => settleChild(platform, types, child)));
    }
    expect(await batchNow(token, id)).toMatchObject({ succeeded: 2, running: 1, status: "running" });
    await checkCounters(id);
    door.open();
    expect(await batchOver(token, id)).toMatchObject({ succeeded: 3 });
  });

  it("leaves a result that is too large for a row with its job", () => {
    const kind = { type: "test.large", terms: {} };
    const child = newJob({ desk: newId("dsk"), kind, input: {}, created_by: "usr_1", now: 0 });
    const ended = { ...child, status: "succeeded" as const, result: { text: "x".repeat(70_000) } };
    const result = { too_large: true, size_bytes: 70_011, job: `/v1/jobs/${child.id}` };
    expect(itemEndOf(ended)).toEqual({ status: "succeeded", result, error: null });
    expect(itemEndOf(child)).toBeUndefined();
  });
});

describe("a batch of searches", () => {
  it("keeps what each found, as a search would", async () => {
    const document = await uploadAndProcess(token, "# Exits\n\nCut the loss early.\n", "exits.md");
    const items = [
      { query: "cut the loss" },
      { query: "nowhere to be found" },
      { query: "x", mode: "vector", intent: "exact" },
    ];
    const { id } = await newBatch(token, { items });
    expect(await batchOver(token, id)).toMatchObject({ succeeded: 2, failed: 1 });
    const { data } = await (await call(`/v1/batches/${id}/items`, { token })).json<{
      data: { result: { results: object[] } | null; error: { code: string } | null; input: object }[];
    }>();
    expect(data[0]?.result).toMatchObject({ query: "cut the loss", total: 1 });
    expect(data[0]?.result?.results).toMatchObject([{ document_id: document.id, title: "Exits", score: 1 }]);
    expect(data[0]?.input).toEqual({ query: "cut the loss", limit: 10 });
    expect(data[1]?.result?.results).toEqual([]);
    expect(data[2]?.error?.code).toBe("search.mode_unavailable");
  });
});

describe("a batch of reprocessings", () => {
  it("reads each document anew under its own child, and leaves alone what it can't have", async () => {
    const first = await uploadAndProcess(token, "# One\n\nThe first rule.\n", "one.md");
    const second = await uploadAndProcess(token, "# Two\n\nThe second rule.\n", "two.md");
    const theirs = await uploadAndProcess(
      (await newAccount()).access_token,
      "# Three\n\nA rule.\n",
      "three.md",
    );
    const items = [first, second, theirs].map(({ id: document_id }) => ({ document_id }));
    const { id } = await newBatch(token, { type: "library.reprocess", items });
    expect(await batchOver(token, id)).toMatchObject({ succeeded: 2, failed: 1 });
    const rows = await itemRows(id);
    expect(JSON.parse(rows[2]?.error ?? "")).toMatchObject({ code: "documents.not_found" });
    for (const [at, { id: document }] of [first, second].entries()) {
      const now = await (await call(`/v1/documents/${document}`, { token })).json();
      expect(now).toMatchObject({ status: "completed", job_id: rows[at]?.job_id, chunk_count: 1 });
    }
  });

  it("does not overtake a run that is under way, nor end it by failing", async () => {
    const document = await uploadAndProcess(token, "# One\n\nThe first rule.\n", "one.md");
    const door = newDoor();
    const force = await call(`/v1/documents/${document.id}/reprocess`, { token, json: {} });
    const { job_id } = await force.json<{ job_id: string }>();
    installProbe(async (border, job) => {
      if (border === "slice.checkpointed" && job === job_id) await door.opened;
    });
    const items = [{ document_id: document.id }];
    const { id } = await newBatch(token, { type: "library.reprocess", items, priority: "high" });
    const batch = await batchOver(token, id);
    door.open();
    const end = await batchWhenDocument(document.id);
    expect(end).toMatchObject({ status: "completed" });
    expect(batch).toMatchObject({ status: "failed", failed: 1 });
    expect((await itemRows(id))[0]?.error).toContain("documents.processing");
  });
});

async function batchWhenDocument(id: string): Promise<object> {
  let document: { status: string } = { status: "" };
  await until(async () => {
    document = await (await call(`/v1/documents/${id}`, { token })).json();
    return document.status === "completed" || document.status === "failed";
  });
  return document;
}
