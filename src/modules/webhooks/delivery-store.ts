import { and, asc, desc, eq, type InferSelectModel, lt, lte, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import { type Database, queryBatch, type Statement } from "../../platform/database.ts";
import { type DeskId, type EventId, idSchema, newId, type WebhookDeliveryId } from "../../platform/ids.ts";
import type { EventType } from "../events/catalogue.ts";
import { type AttemptResult, MAX_WEBHOOKS } from "./policy.ts";
import type { Webhook } from "./store.ts";
import { webhookAttempts, webhookDeliveries } from "./tables.ts";

export type WebhookDelivery = InferSelectModel<typeof webhookDeliveries>;
export type WebhookAttempt = InferSelectModel<typeof webhookAttempts>;
export type DeliveryStatus = WebhookDelivery["status"];

/** What is to be sent of an event. */
export interface Payload {
  event_id: EventId;
  event_type: EventType;
  body: string;
  now: number;
}

/** Text and not a bound value: only so does SQLite see that `webhook_deliveries_due` has all of these. */
const isQueued = sql`${webhookDeliveries.status} = 'queued'`;
const deliveryId = idSchema("whd");

/**
 * A delivery of the event for each enabled webhook of the desk that asks for its type, one for each however often this
 * comes; gives those that wait, also from before.
 */
export async function queueDeliveries(
  db: Database,
  desk: DeskId,
  { body, event_id, event_type, now }: Payload,
): Promise<WebhookDeliveryId[]> {
  const ids = JSON.stringify(Array.from({ length: MAX_WEBHOOKS }, () => newId("whd")));
  const [, waiting = []] = await queryBatch(
    db,
    db.run(sql`
      INSERT INTO webhook_deliveries (id, desk_id, webhook_id, event_id, event_type, body, due_at, created_at)
      SELECT fresh.value, wanting.desk_id, wanting.id, ${event_id}, ${event_type}, ${body}, ${now}, ${now}
      FROM (SELECT id, desk_id, row_number() OVER (ORDER BY id) - 1 AS place FROM webhooks
        WHERE desk_id = ${desk} AND enabled = 1
          AND EXISTS (SELECT 1 FROM json_each(webhooks.events) WHERE value IN ('*', ${event_type}))) AS wanting
      JOIN json_each(${ids}) AS fresh ON fresh.key = wanting.place
      WHERE true
      ON CONFLICT DO NOTHING`),
    db.run(sql`
      SELECT id FROM webhook_deliveries
      WHERE event_id = ${event_id} AND desk_id = ${desk} AND replay_of IS NULL AND status = 'queued'`),
  );
  return waiting.map(({ id }) => deliveryId.parse(id));
}

/** One delivery for this webhook alone, if it is enabled. */
export const insertDelivery = (
  db: Database,
  desk: DeskId,
  { id }: Pick<Webhook, "id">,
  { body, delivery, event_id, event_type, now }: Payload & { delivery: WebhookDeliveryId },
): Statement =>
  db.run(sql`
    INSERT INTO webhook_deliveries (id, desk_id, webhook_id, event_id, event_type, body, due_at, created_at)
    SELECT ${delivery}, desk_id, id, ${event_id}, ${event_type}, ${body}, ${now}, ${now}
    FROM webhooks WHERE desk_id = ${desk} AND id = ${id} AND enabled = 1`);

/** The same once more, under an id of its own, if its webhook is enabled. */
export const insertReplay = (
  db: Database,
  desk: DeskId,
  replay: WebhookDeliveryId,
  { id, webhook_id }: Pick<WebhookDelivery, "id" | "webhook_id">,
  now: number,
): Statement =>
  db.run(sql`
    INSERT INTO webhook_deliveries (id, desk_id, webhook_id, event_id, event_type, body, due_at, replay_of, created_at)
    SELECT ${replay}, past.desk_id, past.webhook_id, past.event_id, past.event_type, past.body, ${now}, past.id, ${now}
    FROM webhook_deliveries AS past JOIN webhooks ON webhooks.id = past.webhook_id
    WHERE past.desk_id = ${desk} AND past.id = ${id} AND webhooks.id = ${webhook_id} AND webhooks.desk_id = ${desk}
      AND webhooks.enabled = 1`);

/** Takes the delivery for one attempt, which counts from here on. Undefined where it is not due, or another has it. */
export async function claimDelivery(
  db: Database,
  id: WebhookDeliveryId,
  now: number,
  until: number,
): Promise<WebhookDelivery | undefined> {
  const claimed = await db
    .update(webhookDeliveries)
    .set({ attempts: sql`${webhookDeliveries.attempts} + 1`, due_at: until })
    .where(and(eq(webhookDeliveries.id, id), isQueued, lte(webhookDeliveries.due_at, now)))
    .returning();
  return claimed[0];
}

type Outcome = Partial<WebhookDelivery>;

/** Writes down how the attempt ended, unless a later attempt has taken over. */
export const endAttempt = (
  db: Database,
  { attempts, desk_id, id }: WebhookDelivery,
  outcome: Outcome,
): Statement =>
  db
    .update(webhookDeliveries)
    .set(outcome)
    .where(
      and(
        eq(webhookDeliveries.desk_id, desk_id),
        eq(webhookDeliveries.id, id),
        isQueued,
        eq(webhookDeliveries.attempts, attempts),
      ),
    );

/** The attempt's line in the log, if the statement before it changed a row. It changes one itself then. */
export const insertAttemptIfChanged = (
  db: Database,
  { attempts, desk_id, id }: WebhookDelivery,
  { duration_ms, error, status }: AttemptResult,
  at: number,
): Statement =>
  db.run(sql`
    INSERT INTO webhook_attempts (delivery_id, attempt, desk_id, at, status, error, duration_ms)
    SELECT ${id}, ${attempts}, ${desk_id}, ${at}, ${status}, ${error}, ${duration_ms} WHERE changes() > 0`);

/** The deliveries that are due, the longest waiting first. */
export async function dueDeliveries(db: Database, now: number, limit: number): Promise<WebhookDeliveryId[]> {
  const due = await db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(and(isQueued, lte(webhookDeliveries.due_at, now)))
    .orderBy(asc(webhookDeliveries.due_at))
    .limit(limit);
  return due.map(({ id }) => id);
}

/** The deliveries of a webhook, the newest first; with a status, from the index that has it. */
export const selectDeliveries = (
  db: Database,
  desk: DeskId,
  { id }: Pick<Webhook, "id">,
  status: DeliveryStatus | undefined,
  after: Position | undefined,
  limit: number,
): Promise<WebhookDelivery[]> =>
  db
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.webhook_id, id),
        eq(webhookDeliveries.desk_id, desk),
        status && eq(webhookDeliveries.status, status),
        after && sql`(${webhookDeliveries.created_at}, ${webhookDeliveries.id}) < (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(desc(webhookDeliveries.created_at), desc(webhookDeliveries.id))
    .limit(limit);

export async function findDelivery(
  db: Database,
  desk: DeskId,
  webhook: string,
  id: string,
): Promise<WebhookDelivery | undefined> {
  const { desk_id, id: key, webhook_id } = webhookDeliveries;
  const own = and(eq(desk_id, desk), sql`${key} = ${id}`, sql`${webhook_id} = ${webhook}`);
  return (await db.select().from(webhookDeliveries).where(own).limit(1))[0];
}

/** How its attempts ended, the first one first; there are only so many. */
export const attemptsOf = (db: Database, desk: DeskId, id: WebhookDeliveryId): Promise<WebhookAttempt[]> =>
  db
    .select()
    .from(webhookAttempts)
    .where(and(eq(webhookAttempts.delivery_id, id), eq(webhookAttempts.desk_id, desk)))
    .orderBy(asc(webhookAttempts.attempt));

export const forgetDeliveries = (db: Database, made_before: number): [Statement, Statement] => [
  db.delete(webhookDeliveries).where(lt(webhookDeliveries.created_at, made_before)),
  db.delete(webhookAttempts).where(lt(webhookAttempts.at, made_before)),
];
