import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import {
  attemptsOf,
  type DeliveryStatus,
  findDelivery,
  selectDeliveries,
  type WebhookAttempt,
  type WebhookDelivery,
} from "./delivery-store.ts";
import { deliveryNotFound, webhookNotFound } from "./errors.ts";
import { findWebhook, selectWebhooks, type Webhook } from "./store.ts";

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
}

const SORT = "-created_at";

/** The desk's webhooks, the newest first. */
export async function listWebhooks(ctx: Ctx, { cursor, limit }: ListQuery): Promise<Page<Webhook>> {
  requirePermission(ctx, "webhooks:read");
  const rows = await selectWebhooks(ctx.db, ctx.desk, decodeCursor(SORT, cursor), limit + 1);
  return pageOf(rows, limit, SORT, ({ created_at, id }) => [created_at, id]);
}

export async function getWebhook(ctx: Ctx, { id }: { id: string }): Promise<Webhook> {
  requirePermission(ctx, "webhooks:read");
  const webhook = await findWebhook(ctx.db, ctx.desk, id);
  if (webhook === undefined) throw webhookNotFound();
  return webhook;
}

/** What a webhook was told in the last thirty days, the newest first. */
export async function listDeliveries(
  ctx: Ctx,
  { cursor, id, limit, status }: ListQuery & { id: string; status?: DeliveryStatus | undefined },
): Promise<Page<WebhookDelivery>> {
  const webhook = await getWebhook(ctx, { id });
  const after = decodeCursor(SORT, cursor);
  const rows = await selectDeliveries(ctx.db, ctx.desk, webhook, status, after, limit + 1);
  return pageOf(rows, limit, SORT, ({ created_at, id: key }) => [created_at, key]);
}

export interface DeliveryRef {
  id: string;
  delivery_id: string;
}

/** A delivery with what was sent and how each attempt ended; of the answers only their status. */
export async function getDelivery(
  ctx: Ctx,
  { delivery_id, id }: DeliveryRef,
): Promise<{ delivery: WebhookDelivery; attempts: WebhookAttempt[] }> {
  requirePermission(ctx, "webhooks:read");
  const delivery = await findDelivery(ctx.db, ctx.desk, id, delivery_id);
  if (delivery === undefined) throw deliveryNotFound();
  return { delivery, attempts: await attemptsOf(ctx.db, ctx.desk, delivery.id) };
}
