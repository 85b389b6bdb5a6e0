import { runBatch } from "../../platform/database.ts";
import { newId, type WebhookDeliveryId } from "../../platform/ids.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { findDelivery, insertDelivery, insertReplay, type WebhookDelivery } from "./delivery-store.ts";
import { deliveryNotFound, webhookDisabled, webhookNotFound } from "./errors.ts";
import { sendDeliveries } from "./message.ts";
import { bodyOf } from "./payload.ts";
import type { DeliveryRef } from "./read-webhooks.ts";
import { findWebhook } from "./store.ts";

/** Sends a delivery once more, whatever became of it, to where its webhook points now and under the same event's id. */
export async function replayDelivery(ctx: Ctx, { delivery_id, id }: DeliveryRef): Promise<WebhookDelivery> {
  await authorize(ctx, "webhooks:write");
  const past = await findDelivery(ctx.db, ctx.desk, id, delivery_id);
  if (past === undefined) throw deliveryNotFound();
  const now = ctx.clock.now();
  const replay = newId("whd");
  const made = await runBatch(
    ctx.db,
    insertReplay(ctx.db, ctx.desk, replay, past, now),
    auditIfChanged(ctx, { action: "webhook.replay", target: past.id }),
  );
  if (!made) throw webhookDisabled();
  return await onItsWay(ctx, id, replay);
}

/** Sends an event that says nothing to this webhook alone, whatever it asks to be told of. */
export async function testWebhook(ctx: Ctx, { id }: { id: string }): Promise<WebhookDelivery> {
  await authorize(ctx, "webhooks:write");
  const webhook = await findWebhook(ctx.db, ctx.desk, id);
  if (webhook === undefined) throw webhookNotFound();
  const now = ctx.clock.now();
  const [event_id, delivery] = [newId("evt"), newId("whd")];
  const event_type = "webhook.test";
  const data = { webhook_id: webhook.id };
  const body = bodyOf({ type: event_type, data, id: event_id, desk_id: ctx.desk, created_at: now });
  const made = await runBatch(
    ctx.db,
    insertDelivery(ctx.db, ctx.desk, webhook, { body, delivery, event_id, event_type, now }),
    auditIfChanged(ctx, { action: "webhook.test", target: webhook.id }),
  );
  if (!made) throw webhookDisabled();
  return await onItsWay(ctx, id, delivery);
}

async function onItsWay(ctx: Ctx, webhook: string, id: WebhookDeliveryId): Promise<WebhookDelivery> {
  const written = await findDelivery(ctx.db, ctx.desk, webhook, id);
  if (written === undefined) throw deliveryNotFound();
  ctx.defer(sendDeliveries(ctx, [id]));
  return written;
}
