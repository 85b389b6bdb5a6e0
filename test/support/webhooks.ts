import type { DeskEvent } from "../../src/modules/events/catalogue.ts";
import { insertEventIfChanged } from "../../src/modules/events/store.ts";
import type { WebhookAttempt, WebhookDelivery } from "../../src/modules/webhooks/delivery-store.ts";
import { type EventId, isId, newId } from "../../src/platform/ids.ts";
import { deliverBodies } from "./deliveries.ts";
import { type Account, type Call, call } from "./desk.ts";
import { type TestEnv, testEnv } from "./env.ts";
import { testPlatform } from "./platform.ts";
import type { ReceivedCall } from "./receiver/server.ts";

/** A box of its own at the receiver: the address that acts like this, and what has come there. */
export function newBox(act = "status/200"): { url: string; calls(): Promise<ReceivedCall[]> } {
  const box = crypto.randomUUID();
  return {
    url: `${testEnv.TEST_RECEIVER_URL}/${box}/${act}`,
    async calls() {
      const answer = await testEnv.TEST_RECEIVER.fetch(`http://receiver/?box=${box}`);
      return await answer.json<ReceivedCall[]>();
    },
  };
}

/** Where nobody listens. */
export const downUrl = (): string => `http://${String(testEnv.OUTBOUND_ALLOWED).split(",")[1]}/down`;

export interface TestWebhook {
  id: string;
  url: string;
  secret: string;
  enabled: boolean;
  disabled_reason: string | null;
  failing_since: string | null;
}

export async function makeWebhook(
  by: Account,
  fields: { url?: string; events?: string[]; description?: string } = {},
  options: Call = {},
): Promise<TestWebhook> {
  const json = { url: newBox().url, events: ["*"], ...fields };
  const answer = await call("/v1/webhooks", { token: by.access_token, json, ...options });
  if (answer.status !== 201) throw new Error(`webhook: ${answer.status} ${await answer.text()}`);
  return await answer.json<TestWebhook>();
}

export async function readWebhook({ access_token }: Account, id: string): Promise<TestWebhook> {
  return await (await call(`/v1/webhooks/${id}`, { token: access_token })).json<TestWebhook>();
}

/** The Worker's bindings with a queue that takes messages and hands none over: tests hand them over themselves. */
export function withOwnQueue(
  env: Partial<TestEnv> = {},
): TestEnv & { sent: { body: unknown; delay: number }[] } {
  const sent: { body: unknown; delay: number }[] = [];
  const DELIVERIES = new Proxy(testEnv.DELIVERIES, {
    get:
      (_, name) =>
      async (one: unknown, options: { delaySeconds?: number } = {}) => {
        const messages = name === "sendBatch" ? (one as { body: unknown }[]) : [{ body: one }];
        sent.push(...messages.map(({ body }) => ({ body, delay: options.delaySeconds ?? 0 })));
      },
  });
  return { ...testEnv, ...env, DELIVERIES, sent };
}

export const jobFailed: DeskEvent = {
  type: "job.failed",
  data: { job_id: "job_1", job_type: "library.ingest", tags: ["a"], error: { code: "x", message: "No." } },
};

/** An event that was written in a mutation's batch and that nobody was told of. */
export async function writeEvent({ desk_id }: Account, event: DeskEvent = jobFailed): Promise<EventId> {
  const { db } = testPlatform();
  if (!isId("dsk", desk_id)) throw new Error(`no desk: ${desk_id}`);
  const id = newId("evt");
  const written = { ...event, id, desk: desk_id, user: null, now: Date.now() };
  const statement = insertEventIfChanged(db, written);
  // In a mutation's batch a row has just changed; here one is touched for it.
  const { params, sql } = "toSQL" in statement ? statement.toSQL() : statement.getQuery();
  await testEnv.DB.batch([
    testEnv.DB.prepare("UPDATE desks SET updated_at = updated_at WHERE id = ?").bind(desk_id),
    testEnv.DB.prepare(sql).bind(...params),
  ]);
  return id;
}

export const publish = (id: EventId, env: TestEnv = withOwnQueue()) =>
  deliverBodies([{ version: 1, type: "event.publish", id }], env);

/** Hands the delivery's message over, however many times at once. */
export const send = (id: string, env: TestEnv = withOwnQueue(), times = 1) =>
  Promise.all(
    Array.from({ length: times }, () => deliverBodies([{ version: 1, type: "webhook.send", id }], env)),
  );

/** The deliveries to a webhook, the oldest first, as the database has them. */
export async function deliveriesOf({ id }: Pick<TestWebhook, "id">): Promise<WebhookDelivery[]> {
  const all = "SELECT * FROM webhook_deliveries WHERE webhook_id = ? ORDER BY created_at, id";
  return (await testEnv.DB.prepare(all).bind(id).all<WebhookDelivery>()).results;
}

export async function deliveryRow(id: string): Promise<WebhookDelivery> {
  const row = await testEnv.DB.prepare("SELECT * FROM webhook_deliveries WHERE id = ?")
    .bind(id)
    .first<WebhookDelivery>();
  if (row === null) throw new Error(`no delivery ${id}`);
  return row;
}

export async function attemptRows(id: string): Promise<WebhookAttempt[]> {
  const all = "SELECT * FROM webhook_attempts WHERE delivery_id = ? ORDER BY attempt";
  return (await testEnv.DB.prepare(all).bind(id).all<WebhookAttempt>()).results;
}

/** An event of the desk that this webhook waits to be told of: published, and its message not yet handed over. */
export async function waitingDelivery(by: Account, webhook: TestWebhook): Promise<WebhookDelivery> {
  const event = await writeEvent(by);
  await publish(event);
  const found = (await deliveriesOf(webhook)).find(({ event_id }) => event_id === event);
  if (found === undefined) throw new Error("the webhook is not told");
  return found;
}

/** A delivery that was made a while ago, by SQL alone. */
export async function writeDelivered(
  { desk_id }: Account,
  { id: webhook }: Pick<TestWebhook, "id">,
): Promise<string> {
  const [id, event] = [newId("whd"), newId("evt")];
  const body = JSON.stringify({ type: "pnl.daily", data: { id: event, desk_id } });
  await testEnv.DB.prepare(
    `INSERT INTO webhook_deliveries (id, desk_id, webhook_id, event_id, event_type, body, status, attempts, due_at,
       last_status, duration_ms, created_at, delivered_at)
     VALUES (?, ?, ?, ?, 'pnl.daily', ?, 'delivered', 1, 0, 200, 12, ?, ?)`,
  )
    .bind(id, desk_id, webhook, event, body, Date.now(), Date.now())
    .run();
  return id;
}

/** Lets the wait until the next attempt pass. */
export async function makeDeliveryDue(id: string, due_at = 0): Promise<void> {
  await testEnv.DB.prepare("UPDATE webhook_deliveries SET due_at = ? WHERE id = ?").bind(due_at, id).run();
}
