import { SECOND_MS } from "../../platform/clock.ts";
import { runBatch } from "../../platform/database.ts";
import { reach } from "../../platform/faults.ts";
import { newId, type WebhookDeliveryId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { auditIfChanged } from "../audit/record.ts";
import { defineDelivery } from "../delivery/message.ts";
import { findDesk } from "../directory/desk-store.ts";
import { publishSoon } from "../events/publish.ts";
import { insertEventIfChanged } from "../events/store.ts";
import { type Attempted, attempt } from "./attempt.ts";
import { claimDelivery, endAttempt, insertAttemptIfChanged, type WebhookDelivery } from "./delivery-store.ts";
import { SEND, sendDeliveries } from "./message.ts";
import { CLAIM_MS, FAILING_MS, MAX_ATTEMPTS, nextAttempt, QUEUED_RETRY_MS, withoutQuery } from "./policy.ts";
import {
  clearFailingIfChanged,
  type DisabledReason,
  disableWebhook,
  findWebhook,
  markFailingIfChanged,
  type Webhook,
} from "./store.ts";
import { auditedWebhook } from "./views.ts";

export const webhookDelivery = defineDelivery({ type: SEND, prefix: "whd", deliver: deliverWebhook });

/**
 * One attempt at a delivery that is due. Of several calls at once one sends. It is sent again only where the receiver
 * took it and that was lost, on the way or with the Worker, and then under the same `webhook-id`.
 */
export async function deliverWebhook(platform: Platform, id: WebhookDeliveryId): Promise<void> {
  const { clock, db } = platform;
  const now = clock.now();
  const delivery = await claimDelivery(db, id, now, now + CLAIM_MS);
  if (delivery === undefined) return;
  const webhook = await findWebhook(db, delivery.desk_id, delivery.webhook_id);
  const desk = await findDesk(db, delivery.desk_id);
  if (webhook?.enabled !== true || desk?.closed_at !== null) return await discard(platform, delivery);
  const cut_off = delivery.attempts > MAX_ATTEMPTS;
  const result = cut_off ? NO_OUTCOME : await attempt(platform, webhook, delivery);
  await reach("webhook.answered", id);
  if (result.error === null) return await succeed(platform, delivery, result);
  const due_at = nextAttempt(delivery, clock.now(), result.retry_after_ms);
  platform.log.warn("webhook not delivered", { delivery: id, webhook: webhook.id, ...result, due_at });
  if (result.error === "gone") return await giveUp(platform, webhook, delivery, result, "gone");
  if (due_at === undefined) return await giveUp(platform, webhook, delivery, result, "failing");
  await putOff(platform, delivery, result, due_at);
}

/** The attempts before it ended without a word. */
const NO_OUTCOME: Attempted = { status: null, error: "no_outcome", duration_ms: null, retry_after_ms: 0 };

/** Nobody is to be told any more. Nothing was sent, so that this was no attempt. */
async function discard({ db }: Platform, delivery: WebhookDelivery): Promise<void> {
  await runBatch(db, endAttempt(db, delivery, { status: "discarded", attempts: delivery.attempts - 1 }));
}

const noted = ({ duration_ms, error, status }: Attempted) => ({
  last_status: status,
  last_error: error,
  duration_ms,
});

async function succeed({ clock, db }: Platform, delivery: WebhookDelivery, result: Attempted): Promise<void> {
  const now = clock.now();
  await runBatch(
    db,
    endAttempt(db, delivery, { ...noted(result), status: "delivered", delivered_at: now }),
    insertAttemptIfChanged(db, delivery, result, now),
    clearFailingIfChanged(db, delivery.desk_id, delivery.webhook_id),
  );
}

async function putOff(
  platform: Platform,
  delivery: WebhookDelivery,
  result: Attempted,
  due_at: number,
): Promise<void> {
  const { clock, db } = platform;
  const now = clock.now();
  await runBatch(
    db,
    endAttempt(db, delivery, { ...noted(result), due_at }),
    insertAttemptIfChanged(db, delivery, result, now),
    markFailingIfChanged(db, delivery.desk_id, delivery.webhook_id, now),
  );
  if (due_at - now > QUEUED_RETRY_MS) return;
  const delay_s = Math.ceil((due_at - now) / SECOND_MS) + 1; // not a moment too soon, or it would not be due
  platform.defer(sendDeliveries(platform, [delivery.id], delay_s));
}

/** The end of a delivery that failed, and of its webhook where that is gone or has failed for too long. */
async function giveUp(
  platform: Platform,
  webhook: Webhook,
  delivery: WebhookDelivery,
  result: Attempted,
  reason: DisabledReason,
): Promise<void> {
  const { clock, db } = platform;
  const { desk_id: desk, id, url, version } = webhook;
  const now = clock.now();
  const failing_before = reason === "failing" ? now - FAILING_MS : undefined;
  const after = {
    ...webhook,
    enabled: false,
    disabled_reason: reason,
    updated_at: now,
    version: version + 1,
  };
  const states = { before: auditedWebhook(webhook), after: auditedWebhook(after) };
  const event = newId("evt");
  const data = { webhook_id: id, url: withoutQuery(url), reason };
  const disabled = await runBatch(
    db,
    disableWebhook(db, desk, delivery, { reason, url, now, failing_before }),
    auditIfChanged(
      { db, clock, desk, actor: "system" },
      { action: "webhook.disable", target: id, ...states },
    ),
    insertEventIfChanged(db, { type: "webhook.disabled", data, id: event, desk, user: null, now }),
    endAttempt(db, delivery, { ...noted(result), status: "failed" }),
    insertAttemptIfChanged(db, delivery, result, now),
    markFailingIfChanged(db, desk, id, now),
  );
  if (disabled) platform.defer(publishSoon(platform, event));
}
