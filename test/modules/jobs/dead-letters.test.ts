import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { jobTypes } from "../../../src/job-types.ts";
import { deliveryMessage } from "../../../src/modules/delivery/message.ts";
import type { Job } from "../../../src/modules/jobs/job.ts";
import { runMessage, settleMessage } from "../../../src/modules/jobs/message.ts";
import { newId } from "../../../src/platform/ids.ts";
import worker from "../../../src/worker.ts";
import { newSuperAdmin } from "../../support/admin.ts";
import { problemOf } from "../../support/answers.ts";
import { keepMessage, keepRunMessage } from "../../support/dead-letters.ts";
import { deliverBodies } from "../../support/deliveries.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { actionsOn, caughtMessages, consumeAll, rowOf, type Sent } from "../../support/engine.ts";
import { testEnv } from "../../support/env.ts";
import { insertJobLike, newFailedJob, newPartialJob, roomFor } from "../../support/jobs.ts";
import { unknownId } from "../../support/world.ts";

interface Letter {
  id: string;
  status: string;
  kind: string;
  job: { id: string; retry_of: string | null } | null;
  message?: unknown;
}

let account: Account;
let sent: Sent[];
beforeEach(async () => {
  account = await newAccount();
  sent = caughtMessages();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const PATH = "/v1/jobs/dead-letters";
const at = (path: string, options: object = {}) =>
  call(`${PATH}${path}`, { token: account.access_token, ...options });
const replay = async (id: string) => {
  const answer = await at(`/${id}/replay`, { method: "POST" });
  expect(answer.status).toBe(202);
  return await answer.json<Letter>();
};
const discard = (id: string) => at(`/${id}/message`, { method: "DELETE" });
const read = async (id: string) => await (await at(`/${id}/message`)).json<Letter>();

const eventsOf = async ({ desk_id }: Account) =>
  (
    await testEnv.DB.prepare("SELECT id, type, user_id, data FROM events WHERE desk_id = ?")
      .bind(desk_id)
      .all<{ id: string; type: string; user_id: string | null; data: string }>()
  ).results.filter(({ type }) => type === "dead_letter.created");

/** What was put on the queue of deliveries, which nobody takes from it. */
function caughtDeliveries(): unknown[] {
  const caught: unknown[] = [];
  vi.spyOn(testEnv.DELIVERIES, "send").mockImplementation(async (body) => {
    caught.push(body);
    return { metadata: { metrics: { backlogBytes: 0, backlogCount: 0 } } };
  });
  return caught;
}

describe("a new dead letter", () => {
  it("is told to its desk's admins by one event that names it, however often its message comes", async () => {
    const job = await insertJobLike(account, {});
    const body = settleMessage(job.desk_id, job.id);
    const deliveries = caughtDeliveries();
    const letter = await keepMessage(body);
    const [event, ...others] = await eventsOf(account);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ id: letter.replace("ded_", "evt_"), user_id: null });
    const data = { dead_letter_id: letter, queue: "jobs-dead", job_id: job.id };
    expect(JSON.parse(event?.data ?? "")).toEqual(data);
    expect(deliveries).toEqual([deliveryMessage("event.publish", event?.id ?? "")]);
    const row = await testEnv.DB.prepare("SELECT message_id FROM dead_letters WHERE id = ?")
      .bind(letter)
      .first<{ message_id: string }>();
    const again = testEnv.DB.prepare(
      `INSERT INTO dead_letters (id, queue, message_id, body, attempts, created_at) VALUES ('x', 'q', ?, '', 1, 1)`,
    ).bind(row?.message_id);
    await expect(again.run()).rejects.toThrow(/UNIQUE/);
  });

  it("of a mail or an event is its desk's, and one of telling of a dead letter is not told again", async () => {
    const mail = newId("mai");
    await testEnv.DB.prepare(
      "INSERT INTO mails (id, desk_id, recipient, content, status, due_at, created_at) VALUES (?, ?, 'a@desk.test', '{}', 'sent', 1, 1)",
    )
      .bind(mail, account.desk_id)
      .run();
    caughtDeliveries();
    await keepMessage(deliveryMessage("mail.send", mail));
    const [first] = await eventsOf(account);
    await keepMessage(deliveryMessage("event.publish", first?.id ?? ""));
    expect(await eventsOf(account)).toHaveLength(1);
    const { data } = await (await at("")).json<{ data: Letter[] }>();
    expect(data.map(({ kind }) => kind)).toEqual(["delivery", "delivery"]);
  });

  it("of no desk is shown to super admins alone", async () => {
    const mark = crypto.randomUUID();
    const unread = await keepMessage({ mark }, "jobs-normal");
    const unknown = await keepMessage(deliveryMessage("webhook.send", newId("whd")));
    expect(await (await at("")).json()).toMatchObject({ data: [] });
    expect((await call("/v1/admin/dead-letters", { token: account.access_token })).status).toBe(403);
    const { access_token: token } = await newSuperAdmin();
    const { data } = await (await call("/v1/admin/dead-letters", { token })).json<{ data: object[] }>();
    expect(data).toEqual([
      expect.objectContaining({ id: unknown, kind: "delivery", reason: "retries_used_up" }),
      expect.objectContaining({
        id: unread,
        kind: "unknown",
        reason: "unreadable",
        body: `{"mark":"${mark}"}`,
      }),
    ]);
  });
});

describe("replaying a dead letter", () => {
  it("starts a new run of a job that has failed, once, and answers the same again", async () => {
    const failed = await newFailedJob(account);
    const letter = await keepRunMessage(account.desk_id, failed);
    const first = await replay(letter);
    expect(first).toMatchObject({ id: letter, status: "replayed", job: { retry_of: failed } });
    expect((await replay(letter)).job).toMatchObject({ id: first.job?.id, retry_of: failed });
    expect(await actionsOn(letter)).toEqual(["dead_letter.replay"]);
    await consumeAll(jobTypes, sent);
    expect((await (await at("?status=open")).json<{ data: Letter[] }>()).data).toEqual([]);
  });

  it("lets a job go on that has not ended", async () => {
    const job = await insertJobLike(account, {});
    const letter = await keepRunMessage(job.desk_id, job.id, 99);
    expect((await replay(letter)).job).toMatchObject({ id: job.id, retry_of: null });
    await consumeAll(jobTypes, sent);
    expect(await rowOf(job)).toMatchObject({ status: "succeeded" });
  });

  it("asks for the aftermath of a job again, and starts no run for it", async () => {
    const { job, lease } = await newPartialJob(account);
    await roomFor(job).succeed(lease, {});
    const body = settleMessage(job.desk_id, job.id);
    const letter = await keepMessage(body);
    expect((await replay(letter)).job).toMatchObject({ id: job.id });
    expect(sent.map(({ message }) => message)).toEqual([body]);
  });

  it("puts a delivery on its queue again, once", async () => {
    const event = newId("evt");
    await testEnv.DB.prepare(
      "INSERT INTO events (id, desk_id, type, data, created_at, published_at) VALUES (?, ?, 'webhook.test', '{}', 1, 1)",
    )
      .bind(event, account.desk_id)
      .run();
    const body = deliveryMessage("event.publish", event);
    const deliveries = caughtDeliveries();
    const letter = await keepMessage(body);
    deliveries.length = 0;
    expect(await replay(letter)).toMatchObject({ status: "replayed", kind: "delivery", job: null });
    await replay(letter);
    expect(deliveries).toEqual([body]);
    expect(await read(letter)).toMatchObject({ message: body, handled_by: account.user_id });
  });

  it("is refused where nothing can read it, where it was discarded, and for a child of a batch", async () => {
    const unread = await keepMessage({ version: 9 }, "jobs-normal");
    await testEnv.DB.prepare("UPDATE dead_letters SET desk_id = ? WHERE id = ?")
      .bind(account.desk_id, unread)
      .run();
    const gone = await keepRunMessage(account.desk_id, await newFailedJob(account));
    expect((await discard(gone)).status).toBe(204);
    const child = await insertJobLike(account, { parent_id: newId("job") });
    await roomFor(child).control("cancel", null);
    const ofChild = await keepRunMessage(child.desk_id, child.id);
    const codes = [];
    for (const id of [unread, gone, ofChild]) {
      const answer = await at(`/${id}/replay`, { method: "POST" });
      codes.push(`${answer.status} ${(await problemOf(answer)).code}`);
    }
    expect(codes).toEqual(["409 dead_letters.unreadable", "409 dead_letters.handled", "409 jobs.has_parent"]);
    expect((await read(ofChild)).status).toBe("open");
  });

  it("of many is a job that counts what came of each, and needs ids or a filter that names something", async () => {
    for (const json of [{}, { filter: {} }, { ids: [] }, { filter: { status: "open" } }]) {
      expect((await at("/replay", { json })).status).toBe(422);
    }
    const failed = [await newFailedJob(account), await newFailedJob(account)];
    const letters = [];
    for (const id of failed) letters.push(await keepRunMessage(account.desk_id, id));
    await keepRunMessage((await newAccount()).desk_id, unknownId("job"));
    const many = async (json: object) => {
      const answer = await at("/replay", { json });
      expect(answer.status).toBe(202);
      const { id } = await answer.json<{ id: `job_${string}` }>();
      await consumeAll(jobTypes, sent);
      return (await rowOf({ id })).result;
    };
    expect(await many({ filter: { kind: "delivery" } })).toMatchObject({ matched: 0 });
    expect(await many({ filter: { kind: "job" } })).toMatchObject({ matched: 2, changed: 2, refused: {} });
    const ids = [...letters, unknownId("ded")];
    expect(await many({ ids })).toMatchObject({
      matched: 3,
      unchanged: 2,
      refused: { "dead_letters.not_found": 1 },
    });
    for (const id of failed) expect(await actionsOn(id)).toEqual(["job.retry"]);
  });
});

describe("discarding a dead letter", () => {
  it("holds, is audited once, and is refused after a replay", async () => {
    const letter = await keepRunMessage(account.desk_id, await newFailedJob(account));
    expect([(await discard(letter)).status, (await discard(letter)).status]).toEqual([204, 204]);
    expect(await read(letter)).toMatchObject({ status: "discarded" });
    expect(await actionsOn(letter)).toEqual(["dead_letter.discard"]);
    const other = await keepRunMessage(account.desk_id, await newFailedJob(account));
    await replay(other);
    expect((await problemOf(await discard(other))).code).toBe("dead_letters.handled");
  });
});

it("keeps what was handled for thirty days, and what is open until then and longer", async () => {
  const letters = [];
  for (let n = 0; n < 3; n += 1) letters.push(await keepRunMessage(account.desk_id, unknownId("job")));
  const [old, recent, open] = letters;
  const day_ms = 86_400_000;
  const handle = testEnv.DB.prepare(
    "UPDATE dead_letters SET status = 'discarded', handled_at = ?, created_at = 1 WHERE id = ?",
  );
  await testEnv.DB.batch([
    handle.bind(Date.now() - 31 * day_ms, old),
    handle.bind(Date.now() - 29 * day_ms, recent),
    testEnv.DB.prepare("UPDATE dead_letters SET created_at = 1 WHERE id = ?").bind(open),
  ]);
  const ctx = createExecutionContext();
  await worker.scheduled(createScheduledController({ cron: "17 3 * * *" }), testEnv, ctx);
  const { data } = await (await at("")).json<{ data: Letter[] }>();
  expect(data.map(({ id }) => id).sort()).toEqual([recent, open].sort());
});

describe("a message that died in its queue", () => {
  const die = async ({ desk_id, id: job_id }: Pick<Job, "desk_id" | "id">, grant: number) =>
    await deliverBodies([runMessage(desk_id, job_id, grant)], testEnv, "jobs-dead");
  const kept = async () => (await (await at("")).json<{ data: Letter[] }>()).data;

  it("fails the job that it was to start, and is kept for its desk", async () => {
    const job = await insertJobLike(account, {});
    await die(job, 1);
    expect(await rowOf(job)).toMatchObject({ status: "failed", error: { code: "jobs.dead_letter" } });
    expect(await kept()).toEqual([expect.objectContaining({ job_id: job.id, kind: "job", status: "open" })]);
  });

  it("fails no job that another copy of it has started, nor one that is paused", async () => {
    const { job, lease } = await newPartialJob(account);
    await die(job, 1);
    expect(await rowOf(job)).toMatchObject({ status: "running" });
    await roomFor(job).control("pause", null);
    await roomFor(job).stopped(lease, "pause");
    const result = await die(job, 2);
    expect(result).toMatchObject({ retryMessages: [] });
    expect(await rowOf(job)).toMatchObject({ status: "paused" });
    expect(await kept()).toHaveLength(2);
  });
});
