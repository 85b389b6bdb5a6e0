import { createExecutionContext, createScheduledController } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MAX_WEBHOOKS } from "../../../src/modules/webhooks/policy.ts";
import { DAY_MS, MINUTE_MS } from "../../../src/platform/clock.ts";
import worker from "../../../src/worker.ts";
import { changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { rowsOf } from "../../support/audit.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import {
  attemptRows,
  deliveriesOf,
  deliveryRow,
  makeDeliveryDue,
  makeWebhook,
  newBox,
  publish,
  readWebhook,
  send,
  waitingDelivery,
  withOwnQueue,
  writeEvent,
} from "../../support/webhooks.ts";

const edit = (path: string, { access_token: token }: Account, json: unknown, options: Call = {}) =>
  call(path, { method: "PATCH", token, json, headers: { "if-match": "*" }, ...options });
const post = (path: string, { access_token: token }: Account) => call(path, { method: "POST", token });

const runCron = async (cron: string, env = withOwnQueue()) => {
  await worker.scheduled(createScheduledController({ cron }), env, createExecutionContext());
  return env.sent;
};

describe("making a webhook", () => {
  it("answers it whole, and puts it into the list and the trail", async () => {
    const desk = await newAccount();
    const { url } = newBox();
    const json = { url, events: ["job.failed", "job.failed", "trade.alert"], description: " Blotter " };
    const answer = await call("/v1/webhooks", { token: desk.access_token, json });
    expect(answer.status).toBe(201);
    const { secret, ...made } = await answer.json<{ id: string; secret: string }>();
    expect(made).toMatchObject({
      url,
      events: ["job.failed", "trade.alert"],
      description: "Blotter",
      enabled: true,
      disabled_reason: null,
      created_by: desk.user_id,
    });
    expect(answer.headers.get("location")).toBe(`/v1/webhooks/${made.id}`);
    expect(await readWebhook(desk, made.id)).toEqual(made);
    const list = await call("/v1/webhooks", { token: desk.access_token });
    expect(await list.json()).toMatchObject({ data: [made], has_more: false });
    expect(await rowsOf(desk)).toContainEqual(
      expect.objectContaining({ action: "webhook.create", target: made.id, actor: desk.user_id }),
    );
  });

  it("refuses an address that may not be called, here and in an edit, with a code and without a row", async () => {
    const desk = await newAccount();
    const webhook = await makeWebhook(desk);
    for (const url of [
      ...[
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://localhost/",
        "what?",
      ],
      ...["https://bourse.test/v1/me", "https://ada:s3cret@hooks.example/", "https://hooks.example:22/"],
    ]) {
      const made = await call("/v1/webhooks", { token: desk.access_token, json: { url, events: ["*"] } });
      for (const answer of [made, await edit(`/v1/webhooks/${webhook.id}`, desk, { url })]) {
        expect(answer.status, url).toBe(422);
        expect((await problemOf(answer)).errors?.[0]).toMatchObject({
          path: "url",
          code: expect.stringMatching(/^webhooks\.url_[a-z]+$/),
        });
      }
    }
    const all = await call("/v1/webhooks", { token: desk.access_token });
    expect((await all.json<{ data: { url: string }[] }>()).data.map((one) => one.url)).toEqual([webhook.url]);
  });

  it("refuses a name that leads inside, where a resolver is asked, and tells no address of it", async () => {
    const desk = await newAccount();
    const json = { url: "https://v4-10-1-2-3.hooks.example/", events: ["*"] };
    const env = { DNS_RESOLVER: newBox("dns").url };
    const answer = await call("/v1/webhooks", { token: desk.access_token, json, env });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain("webhooks.url_private");
    expect(text).not.toContain("10.1.2.3");
  });

  it("refuses to be asked for nothing, or for what never happens", async () => {
    const desk = await newAccount();
    for (const events of [[], ["job.exploded"], ["webhook.test"], "*"]) {
      const json = { url: newBox().url, events };
      expect((await call("/v1/webhooks", { token: desk.access_token, json })).status).toBe(422);
    }
  });

  it("stops at twenty a desk, also when they come at once", async () => {
    const desk = await newAccount();
    const json = { url: newBox().url, events: ["*"] };
    const answers = await Promise.all(
      Array.from({ length: MAX_WEBHOOKS + 3 }, () =>
        call("/v1/webhooks", { token: desk.access_token, json }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(MAX_WEBHOOKS).fill(201), 409, 409, 409]);
    await publish(await writeEvent(desk));
    const told = await testEnv.DB.prepare("SELECT count(*) AS n FROM webhook_deliveries WHERE desk_id = ?")
      .bind(desk.desk_id)
      .first("n");
    expect(told).toBe(MAX_WEBHOOKS);
  });

  it("needs a recent proof", async () => {
    const desk = await newAccount();
    await changeBehind([desk.user_id], "UPDATE sessions SET proved_at = 0 WHERE user_id = ?", desk.user_id);
    const json = { url: newBox().url, events: ["*"] };
    const answer = await call("/v1/webhooks", { token: desk.access_token, json });
    expect([answer.status, (await problemOf(answer)).code]).toEqual([403, "access.proof_needed"]);
  });
});

describe("changing a webhook", () => {
  it("needs the version that was read, and wins once", async () => {
    const desk = await newAccount();
    const { id } = await makeWebhook(desk);
    const path = `/v1/webhooks/${id}`;
    const etag = (await call(path, { token: desk.access_token })).headers.get("etag") ?? "";
    const redescribe = (headers: Record<string, string>) =>
      edit(path, desk, { description: "x" }, { headers });
    expect((await redescribe({})).status).toBe(428);
    const raced = await Promise.all([redescribe({ "if-match": etag }), redescribe({ "if-match": etag })]);
    expect(raced.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await redescribe({ "if-match": etag })).status).toBe(412);
  });

  it("sends what waits to where it then points", async () => {
    const desk = await newAccount();
    const [old, moved] = [newBox(), newBox()];
    const webhook = await makeWebhook(desk, { url: old.url });
    const { id } = await waitingDelivery(desk, webhook);
    expect((await edit(`/v1/webhooks/${webhook.id}`, desk, { url: moved.url })).status).toBe(200);
    await send(id);
    expect([await old.calls(), await moved.calls()].map(({ length }) => length)).toEqual([0, 1]);
  });

  it("disables it on request, which no failure is blamed for, and touches nothing that is not named", async () => {
    const desk = await newAccount();
    const webhook = await makeWebhook(desk, { description: "Kept", events: ["job.failed"] });
    const answer = await edit(`/v1/webhooks/${webhook.id}`, desk, { enabled: false });
    expect(await answer.json()).toMatchObject({
      ...{ enabled: false, disabled_reason: "requested" },
      ...{ url: webhook.url, events: ["job.failed"], description: "Kept" },
    });
  });

  it("ends with its deletion", async () => {
    const desk = await newAccount();
    const { id } = await makeWebhook(desk);
    const remove = () => call(`/v1/webhooks/${id}`, { method: "DELETE", token: desk.access_token });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect((await call(`/v1/webhooks/${id}/deliveries`, { token: desk.access_token })).status).toBe(404);
  });
});

describe("the log of deliveries", () => {
  it("shows what was sent and how each attempt ended, and nothing of what was answered", async () => {
    const [desk, box] = [await newAccount(), newBox("fails/1")];
    const webhook = await makeWebhook(desk, { url: box.url });
    const { id } = await waitingDelivery(desk, webhook);
    await send(id);
    await makeDeliveryDue(id);
    await send(id);
    const path = `/v1/webhooks/${webhook.id}/deliveries/${id}`;
    const shown = await (await call(path, { token: desk.access_token })).json<{ body: string }>();
    expect(shown).toMatchObject({
      ...{ id, webhook_id: webhook.id, status: "delivered", attempts: 2, last_status: 204, last_error: null },
      ...{ next_attempt_at: null, replay_of: null },
      log: [
        { attempt: 1, status: 503, error: "status" },
        { attempt: 2, status: 204, error: null },
      ],
    });
    expect(shown.body).toBe((await box.calls())[0]?.body);
  });

  it("is filtered by status", async () => {
    const desk = await newAccount();
    const webhook = await makeWebhook(desk);
    const [done, waiting] = [await waitingDelivery(desk, webhook), await waitingDelivery(desk, webhook)];
    await send(done.id);
    const idsOf = async (status: string) => {
      const answer = await call(`/v1/webhooks/${webhook.id}/deliveries?status=${status}`, {
        token: desk.access_token,
      });
      return (await answer.json<{ data: { id: string }[] }>()).data.map(({ id }) => id);
    };
    expect(await idsOf("delivered")).toEqual([done.id]);
    expect(await idsOf("queued")).toEqual([waiting.id]);
    expect(await idsOf("failed")).toEqual([]);
  });

  it("is another desk's own, also by the right ids in the wrong place", async () => {
    const [desk, other] = [await newAccount(), await newAccount()];
    const [webhook, second] = [await makeWebhook(desk), await makeWebhook(desk)];
    const foreign = await makeWebhook(other);
    const { id } = await waitingDelivery(desk, webhook);
    for (const [who, at] of [
      [other, webhook],
      [other, foreign],
      [desk, second],
    ] as const) {
      const path = `/v1/webhooks/${at.id}/deliveries/${id}`;
      expect((await call(path, { token: who.access_token })).status).toBe(404);
      expect((await post(`${path}/replay`, who)).status).toBe(404);
    }
    expect(await deliveriesOf(webhook)).toHaveLength(1);
  });

  it.each([
    [
      "webhook_deliveries_due",
      "SELECT id FROM webhook_deliveries WHERE status = 'queued' AND due_at <= 1 ORDER BY due_at LIMIT 9",
    ],
    [
      "webhook_deliveries_by_webhook",
      "SELECT * FROM webhook_deliveries WHERE webhook_id = 'w' AND desk_id = 'd' AND (created_at, id) < (1, 'x') ORDER BY created_at DESC, id DESC LIMIT 9",
    ],
    [
      "webhook_deliveries_by_status",
      "SELECT * FROM webhook_deliveries WHERE webhook_id = 'w' AND desk_id = 'd' AND status = 'failed' AND (created_at, id) < (1, 'x') ORDER BY created_at DESC, id DESC LIMIT 9",
    ],
    [
      "webhooks_by_desk",
      "SELECT * FROM webhooks WHERE desk_id = 'd' ORDER BY created_at DESC, id DESC LIMIT 9",
    ],
  ])("is read from the index %s and sorted by nothing else", async (index, sql) => {
    const { results } = await testEnv.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>();
    expect(results.map(({ detail }) => detail)).toEqual([expect.stringContaining(index)]);
  });
});

describe("sending again", () => {
  it("is refused while the webhook is disabled, and leaves nothing", async () => {
    const desk = await newAccount();
    const webhook = await makeWebhook(desk);
    const { id } = await waitingDelivery(desk, webhook);
    await edit(`/v1/webhooks/${webhook.id}`, desk, { enabled: false });
    for (const path of ["test", `deliveries/${id}/replay`]) {
      const refused = await post(`/v1/webhooks/${webhook.id}/${path}`, desk);
      expect([refused.status, (await problemOf(refused)).code]).toEqual([409, "webhooks.disabled"]);
    }
    expect(await deliveriesOf(webhook)).toHaveLength(1);
  });

  it("a replay is a delivery of its own with the same body and webhook-id, whatever became of the first", async () => {
    const [desk, box] = [await newAccount(), newBox()];
    const webhook = await makeWebhook(desk, { url: box.url });
    const { id, event_id } = await waitingDelivery(desk, webhook);
    await send(id);
    const answer = await post(`/v1/webhooks/${webhook.id}/deliveries/${id}/replay`, desk);
    expect(answer.status).toBe(202);
    const replay = await answer.json<{ id: string }>();
    expect(replay).toMatchObject({ replay_of: id, event_id, status: "queued", attempts: 0 });
    expect(answer.headers.get("location")).toBe(`/v1/webhooks/${webhook.id}/deliveries/${replay.id}`);
    await send(replay.id);
    await expect
      .poll(async () => (await deliveryRow(replay.id)).status, { timeout: 15_000 })
      .toBe("delivered");
    const [first, again] = await box.calls();
    expect(again?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(again?.body).toBe(first?.body);
  });

  it("a test event comes to this webhook alone, whatever it asks to be told of", async () => {
    const [desk, box] = [await newAccount(), newBox()];
    const webhook = await makeWebhook(desk, { url: box.url, events: ["trade.alert"] });
    const other = await makeWebhook(desk);
    const answer = await post(`/v1/webhooks/${webhook.id}/test`, desk);
    expect(answer.status).toBe(202);
    const delivery = await answer.json<{ id: string }>();
    expect(delivery).toMatchObject({ event_type: "webhook.test", status: "queued" });
    await send(delivery.id);
    await expect.poll(box.calls, { timeout: 15_000 }).toHaveLength(1);
    expect(JSON.parse((await box.calls())[0]?.body ?? "")).toMatchObject({
      type: "webhook.test",
      data: { webhook_id: webhook.id, desk_id: desk.desk_id },
    });
    expect(await deliveriesOf(other)).toEqual([]);
  });
});

describe("the timer", () => {
  it("sends what has been due for a minute, and nothing that waits for its time", async () => {
    const desk = await newAccount();
    const webhook = await makeWebhook(desk);
    const [lost, young, later] = [
      await waitingDelivery(desk, webhook),
      await waitingDelivery(desk, webhook),
      await waitingDelivery(desk, webhook),
    ];
    await makeDeliveryDue(lost.id, Date.now() - 2 * MINUTE_MS);
    await makeDeliveryDue(later.id, Date.now() + MINUTE_MS);
    const ids = (await runCron("* * * * *")).map(({ body }) => Object(body).id);
    expect(ids).toContain(lost.id);
    expect(ids).not.toContain(young.id);
    expect(ids).not.toContain(later.id);
  });

  it("forgets deliveries and their attempts after thirty days, and none before", async () => {
    const desk = await newAccount();
    const webhook = await makeWebhook(desk);
    const [old, young] = [await waitingDelivery(desk, webhook), await waitingDelivery(desk, webhook)];
    for (const [{ id }, days] of [
      [old, 31],
      [young, 29],
    ] as const) {
      await send(id);
      const at = Date.now() - days * DAY_MS;
      await testEnv.DB.prepare("UPDATE webhook_deliveries SET created_at = ? WHERE id = ?")
        .bind(at, id)
        .run();
      await testEnv.DB.prepare("UPDATE webhook_attempts SET at = ? WHERE delivery_id = ?").bind(at, id).run();
    }
    await runCron("17 3 * * *");
    expect((await deliveriesOf(webhook)).map(({ id }) => id)).toEqual([young.id]);
    expect([await attemptRows(old.id), await attemptRows(young.id)].map(({ length }) => length)).toEqual([
      0, 1,
    ]);
  });
});
