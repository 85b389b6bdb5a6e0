import { afterEach, describe, expect, it } from "vitest";
import { FAILING_MS, MAX_ATTEMPTS } from "../../../src/modules/webhooks/policy.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../src/platform/clock.ts";
import { Cut, installProbe } from "../../../src/platform/faults.ts";
import { newId } from "../../../src/platform/ids.ts";
import { rowsOf } from "../../support/audit.ts";
import { deliverBodies } from "../../support/deliveries.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import {
  attemptRows,
  deliveriesOf,
  deliveryRow,
  downUrl,
  jobFailed,
  makeDeliveryDue,
  makeWebhook,
  newBox,
  publish,
  readWebhook,
  send,
  type TestWebhook,
  waitingDelivery,
  withOwnQueue,
  writeEvent,
} from "../../support/webhooks.ts";

afterEach(() => installProbe(undefined));

/** A desk with one webhook whose receiver acts like this, and an event that it waits to be told of. */
async function setting(act = "status/200", url?: string) {
  const desk = await newAccount();
  const box = newBox(act);
  const webhook = await makeWebhook(desk, { url: url ?? box.url });
  return { desk, box, webhook, delivery: await waitingDelivery(desk, webhook) };
}

async function failingSince(webhook: TestWebhook, ago_ms: number): Promise<void> {
  await testEnv.DB.prepare("UPDATE webhooks SET failing_since = ? WHERE id = ?")
    .bind(Date.now() - ago_ms, webhook.id)
    .run();
}

/** As if all attempts but the last had been made. */
async function lastAttempt(id: string): Promise<void> {
  await testEnv.DB.prepare("UPDATE webhook_deliveries SET attempts = ? WHERE id = ?")
    .bind(MAX_ATTEMPTS - 1, id)
    .run();
}

async function eventsOf({ desk_id }: Account, type: string) {
  const all = testEnv.DB.prepare("SELECT * FROM events WHERE desk_id = ? AND type = ?").bind(desk_id, type);
  return (await all.all<{ id: string; data: string; user_id: string | null }>()).results;
}

describe("an event", () => {
  it("is told to each enabled webhook of its desk that asks for its type, once, and to no other", async () => {
    const [desk, other] = [await newAccount(), await newAccount()];
    const asking = [
      await makeWebhook(desk),
      await makeWebhook(desk, { events: ["job.succeeded", "job.failed"] }),
    ];
    const deaf = [await makeWebhook(desk, { events: ["job.succeeded"] }), await makeWebhook(other)];
    const off = await makeWebhook(desk);
    await testEnv.DB.prepare("UPDATE webhooks SET enabled = 0 WHERE id = ?").bind(off.id).run();
    const event = await writeEvent(desk);
    const env = withOwnQueue();
    await publish(event, env);
    const told = (await Promise.all(asking.map(deliveriesOf))).flat();
    expect(told.map(({ event_id, status, attempts }) => ({ event_id, status, attempts }))).toEqual([
      { event_id: event, status: "queued", attempts: 0 },
      { event_id: event, status: "queued", attempts: 0 },
    ]);
    for (const webhook of [...deaf, off]) expect(await deliveriesOf(webhook)).toEqual([]);
    const messages = told.map(({ id }) => ({ body: { version: 1, type: "webhook.send", id }, delay: 0 }));
    expect(env.sent.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual(
      messages.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    );
  });

  it("that is published again makes no second delivery, and sends again what still waits", async () => {
    const desk = await newAccount();
    const [done, waiting] = [await makeWebhook(desk), await makeWebhook(desk)];
    const event = await writeEvent(desk);
    await publish(event);
    const [first] = await deliveriesOf(done);
    await send(first?.id ?? "");
    await testEnv.DB.prepare("UPDATE events SET published_at = NULL WHERE id = ?").bind(event).run();
    const env = withOwnQueue();
    await publish(event, env);
    expect(await deliveriesOf(done)).toHaveLength(1);
    const left = await deliveriesOf(waiting);
    expect(left).toHaveLength(1);
    expect(env.sent.map(({ body }) => body)).toEqual([{ version: 1, type: "webhook.send", id: left[0]?.id }]);
  });

  it("goes the whole way by the real queue", async () => {
    const desk = await newAccount();
    const box = newBox();
    await makeWebhook(desk, { url: box.url });
    await publish(await writeEvent(desk), testEnv);
    await expect.poll(box.calls, { timeout: 15_000 }).toHaveLength(1);
  });

  it("with more data than a body takes is told without it", async () => {
    const desk = await newAccount();
    const webhook = await makeWebhook(desk);
    const data = { ...jobFailed.data, tags: ["ä".repeat(12_000)] };
    const id = await writeEvent(desk, { type: "job.failed", data } as typeof jobFailed);
    await publish(id);
    const [delivery] = await deliveriesOf(webhook);
    expect(JSON.parse(delivery?.body ?? "")).toMatchObject({
      type: "job.failed",
      data: { id, desk_id: desk.desk_id, truncated: true },
    });
  });
});

describe("a delivery", () => {
  it("that the receiver takes is sent once, however often and at once its message comes", async () => {
    const { box, delivery } = await setting();
    await send(delivery.id, withOwnQueue(), 4);
    await send(delivery.id);
    expect(await box.calls()).toHaveLength(1);
    expect(await deliveryRow(delivery.id)).toMatchObject({
      status: "delivered",
      attempts: 1,
      last_status: 200,
      last_error: null,
      delivered_at: expect.any(Number),
    });
  });

  it("is JSON that names the event, its desk and its time", async () => {
    const { box, delivery, desk } = await setting();
    await send(delivery.id);
    const [sent] = await box.calls();
    expect(sent).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      type: "job.failed",
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { ...jobFailed.data, id: delivery.event_id, desk_id: desk.desk_id },
    });
  });

  it("that fails twice is sent a third time under the same webhook-id, and then never again", async () => {
    const { box, delivery, desk, webhook } = await setting("fails/2");
    for (let n = 0; n < 4; n += 1) {
      await send(delivery.id);
      if ((await deliveryRow(delivery.id)).status === "queued") {
        expect((await readWebhook(desk, webhook.id)).failing_since).not.toBeNull();
        await makeDeliveryDue(delivery.id);
      }
    }
    const calls = await box.calls();
    expect(calls.map(({ headers }) => headers["webhook-id"])).toEqual(Array(3).fill(delivery.event_id));
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    expect(await deliveryRow(delivery.id)).toMatchObject({
      status: "delivered",
      attempts: 3,
      last_error: null,
    });
    expect((await attemptRows(delivery.id)).map(({ status, error }) => [status, error])).toEqual([
      [503, "status"],
      [503, "status"],
      [204, null],
    ]);
    expect((await readWebhook(desk, webhook.id)).failing_since).toBeNull();
  });

  it("to a receiver that redirects, refuses, breaks, hangs up or is silent has failed for now, with a short reason", async () => {
    const desk = await newAccount();
    for (const [act, last_status, last_error] of [
      ["moved/302", 302, "redirect"],
      ["moved/308", 308, "redirect"],
      ["status/304", 304, "redirect"],
      ["status/400", 400, "status"],
      ["status/404", 404, "status"],
      ["status/500", 500, "status"],
      ["cut", null, "connection"],
      ["silent", null, "timeout"],
    ] as const) {
      const box = newBox(act);
      const { id } = await waitingDelivery(desk, await makeWebhook(desk, { url: box.url }));
      const started = Date.now();
      const env = withOwnQueue(act === "silent" ? { OUTBOUND_TIMEOUT_MS: "300" } : {});
      await send(id, env);
      const row = await deliveryRow(id);
      expect(row, act).toMatchObject({ status: "queued", attempts: 1, last_status, last_error });
      expect(row.due_at).toBeGreaterThanOrEqual(started + 5 * SECOND_MS);
      // The first retry rides on the queue, and comes no sooner than it is due.
      const message = { body: { version: 1, type: "webhook.send", id }, delay: expect.any(Number) };
      expect(env.sent).toEqual([message]);
      expect(env.sent[0]?.delay).toBeGreaterThanOrEqual(5);
      expect(await box.calls()).toHaveLength(1);
    }
  });

  it("is delivered by any 2xx, and by a huge answer too, of which nothing is kept", async () => {
    const desk = await newAccount();
    for (const act of ["status/201", "status/204", "huge"]) {
      const { id } = await waitingDelivery(desk, await makeWebhook(desk, { url: newBox(act).url }));
      await send(id);
      const row = await deliveryRow(id);
      expect(row.status, act).toBe("delivered");
      expect(JSON.stringify(row)).not.toMatch(/answered|xxx/);
    }
  });

  it("waits as long as the receiver asks for, within bounds", async () => {
    const desk = await newAccount();
    for (const [asked_s, waits_ms] of [
      [3_600, HOUR_MS],
      [9_999_999, 12 * HOUR_MS],
    ] as const) {
      const url = newBox(`later/${asked_s}`).url;
      const { id } = await waitingDelivery(desk, await makeWebhook(desk, { url }));
      const before = Date.now();
      await send(id);
      const after = Date.now();
      const { due_at } = await deliveryRow(id);
      expect(due_at).toBeGreaterThanOrEqual(before + waits_ms);
      expect(due_at).toBeLessThanOrEqual(after + waits_ms);
    }
  });

  it("that the receiver took before the Worker died is sent again under the same webhook-id, and no sooner", async () => {
    const { box, delivery } = await setting();
    installProbe((border, subject) => {
      if (border === "webhook.answered" && subject === delivery.id) throw new Cut(border);
    }, "webhook");
    await send(delivery.id);
    installProbe(undefined);
    await send(delivery.id);
    expect(await box.calls()).toHaveLength(1);
    await makeDeliveryDue(delivery.id);
    await send(delivery.id);
    const ids = (await box.calls()).map(({ headers }) => headers["webhook-id"]);
    expect(ids).toEqual([delivery.event_id, delivery.event_id]);
    expect(await deliveryRow(delivery.id)).toMatchObject({ status: "delivered", attempts: 2 });
  });

  it("whose answer comes when a later attempt has taken over changes nothing", async () => {
    const { delivery } = await setting("status/500");
    installProbe(async () => {
      await testEnv.DB.prepare("UPDATE webhook_deliveries SET attempts = attempts + 1 WHERE id = ?")
        .bind(delivery.id)
        .run();
    }, "webhook");
    await send(delivery.id);
    expect(await deliveryRow(delivery.id)).toMatchObject({ status: "queued", attempts: 2, last_error: null });
    expect(await attemptRows(delivery.id)).toEqual([]);
  });

  it("to a receiver that is down is tried eight times over a day and a bit, and has failed then", async () => {
    const { delivery, desk, webhook } = await setting("", downUrl());
    const waits: number[] = [];
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
      const before = Date.now();
      await send(delivery.id);
      const row = await deliveryRow(delivery.id);
      expect(row).toMatchObject({ status: "queued", attempts: attempt, last_error: "connection" });
      waits.push(row.due_at - before);
      await makeDeliveryDue(delivery.id);
    }
    await send(delivery.id);
    expect(await deliveryRow(delivery.id)).toMatchObject({ status: "failed", attempts: MAX_ATTEMPTS });
    expect(await attemptRows(delivery.id)).toHaveLength(MAX_ATTEMPTS);
    const all_ms = waits.reduce((sum, wait) => sum + wait, 0);
    expect(all_ms).toBeGreaterThan(27 * HOUR_MS);
    expect(all_ms).toBeLessThan(34 * HOUR_MS);
    expect(await readWebhook(desk, webhook.id)).toMatchObject({ enabled: true, disabled_reason: null });
  });

  it("whose attempts never came to an end is given up without another", async () => {
    const { box, delivery } = await setting();
    await testEnv.DB.prepare("UPDATE webhook_deliveries SET attempts = ? WHERE id = ?")
      .bind(MAX_ATTEMPTS, delivery.id)
      .run();
    await send(delivery.id);
    expect(await deliveryRow(delivery.id)).toMatchObject({ status: "failed", last_error: "no_outcome" });
    expect(await box.calls()).toEqual([]);
  });

  it("to an address that may not be called any more is not sent, whatever was true when it was made", async () => {
    const { box, delivery } = await setting();
    await send(delivery.id, withOwnQueue({ OUTBOUND_ALLOWED: "" }));
    expect(await deliveryRow(delivery.id)).toMatchObject({
      status: "queued",
      last_error: "refused",
      last_status: null,
    });
    expect(await box.calls()).toEqual([]);
  });

  it("is discarded where its webhook was disabled or deleted before it was due, and counts no attempt", async () => {
    for (const sql of ["UPDATE webhooks SET enabled = 0 WHERE id = ?", "DELETE FROM webhooks WHERE id = ?"]) {
      const { box, delivery, webhook } = await setting();
      await testEnv.DB.prepare(sql).bind(webhook.id).run();
      await send(delivery.id);
      expect(await deliveryRow(delivery.id)).toMatchObject({ status: "discarded", attempts: 0 });
      expect(await box.calls()).toEqual([]);
    }
  });

  it("that nobody has is a message done", async () => {
    const result = await deliverBodies(
      [{ version: 1, type: "webhook.send", id: newId("whd") }],
      withOwnQueue(),
    );
    expect(result).toMatchObject({ retryMessages: [], explicitAcks: [expect.any(String)] });
  });
});

describe("a webhook", () => {
  it("that is gone is disabled at once; the desk's admins and its trail are told", async () => {
    const { delivery, desk, webhook } = await setting("status/410");
    await testEnv.DB.prepare("UPDATE webhooks SET url = url || '?token=s3cret' WHERE id = ?")
      .bind(webhook.id)
      .run();
    const env = withOwnQueue();
    await send(delivery.id, env, 3);
    expect(await deliveryRow(delivery.id)).toMatchObject({
      status: "failed",
      last_status: 410,
      last_error: "gone",
    });
    expect(await readWebhook(desk, webhook.id)).toMatchObject({ enabled: false, disabled_reason: "gone" });
    const events = await eventsOf(desk, "webhook.disabled");
    expect(events).toHaveLength(1);
    expect(events[0]?.user_id).toBeNull();
    expect(JSON.parse(events[0]?.data ?? "")).toEqual({
      webhook_id: webhook.id,
      url: webhook.url,
      reason: "gone",
    });
    expect(env.sent).toContainEqual({
      body: { version: 1, type: "event.publish", id: events[0]?.id },
      delay: 0,
    });
    const audited = (await rowsOf(desk)).filter(({ action }) => action === "webhook.disable");
    expect(audited).toEqual([expect.objectContaining({ actor: "system", target: webhook.id })]);
  });

  it("that points elsewhere by the time that an attempt tells it gone stays enabled", async () => {
    const { delivery, desk, webhook } = await setting("status/410");
    installProbe(async () => {
      await testEnv.DB.prepare("UPDATE webhooks SET url = ? WHERE id = ?")
        .bind(newBox().url, webhook.id)
        .run();
    }, "webhook");
    await send(delivery.id);
    expect(await deliveryRow(delivery.id)).toMatchObject({ status: "failed", last_error: "gone" });
    expect(await readWebhook(desk, webhook.id)).toMatchObject({ enabled: true });
    expect(await eventsOf(desk, "webhook.disabled")).toEqual([]);
  });

  it("is disabled when it gives up a delivery after three days in which nothing came through, and once", async () => {
    const { delivery, desk, webhook } = await setting("status/500");
    const second = await waitingDelivery(desk, webhook);
    await failingSince(webhook, FAILING_MS);
    for (const { id } of [delivery, second]) {
      await lastAttempt(id);
      await makeDeliveryDue(id);
    }
    await Promise.all([send(delivery.id), send(second.id)]);
    expect(await readWebhook(desk, webhook.id)).toMatchObject({ enabled: false, disabled_reason: "failing" });
    expect(await eventsOf(desk, "webhook.disabled")).toHaveLength(1);
    expect((await rowsOf(desk)).filter(({ action }) => action === "webhook.disable")).toHaveLength(1);
    for (const { id } of [delivery, second])
      expect(["failed", "discarded"]).toContain((await deliveryRow(id)).status);
  });

  it("stays enabled while something came through within three days, or a delivery is still being tried", async () => {
    const { delivery, desk, webhook } = await setting("status/500");
    await failingSince(webhook, FAILING_MS - MINUTE_MS);
    await lastAttempt(delivery.id);
    await send(delivery.id);
    expect((await deliveryRow(delivery.id)).status).toBe("failed");
    const second = await waitingDelivery(desk, webhook);
    await failingSince(webhook, 10 * FAILING_MS);
    await send(second.id);
    expect((await deliveryRow(second.id)).status).toBe("queued");
    expect(await readWebhook(desk, webhook.id)).toMatchObject({ enabled: true });
    expect(await eventsOf(desk, "webhook.disabled")).toEqual([]);
  });

  it("that was disabled tells the desk's other webhooks, and starts anew when it is enabled", async () => {
    const { delivery, desk, webhook } = await setting("status/410");
    const watching = await makeWebhook(desk, { events: ["webhook.disabled"] });
    await send(delivery.id);
    const [event] = await eventsOf(desk, "webhook.disabled");
    await deliverBodies([{ version: 1, type: "event.publish", id: event?.id }], withOwnQueue());
    expect(await deliveriesOf(watching)).toHaveLength(1);
    expect(await deliveriesOf(webhook)).toHaveLength(1);
    const enabled = await call(`/v1/webhooks/${webhook.id}`, {
      method: "PATCH",
      token: desk.access_token,
      headers: { "if-match": "*" },
      json: { enabled: true },
    });
    expect(await enabled.json()).toMatchObject({ enabled: true, disabled_reason: null, failing_since: null });
  });
});

it("calls nobody for a desk that was closed: not of what waited, nor of what happens later", async () => {
  const { box, delivery, desk, webhook } = await setting();
  await testEnv.DB.prepare("UPDATE desks SET closed_at = 1 WHERE id = ?").bind(desk.desk_id).run();
  const later = await waitingDelivery(desk, webhook);
  for (const { id } of [delivery, later]) {
    await send(id);
    expect(await deliveryRow(id)).toMatchObject({ status: "discarded", attempts: 0 });
  }
  expect(await box.calls()).toEqual([]);
});
