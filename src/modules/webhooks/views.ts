import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import type { WebhookAttempt, WebhookDelivery } from "./delivery-store.ts";
import type { deliveryDetail, deliverySchema, webhookSchema } from "./schemas.ts";
import type { Webhook } from "./store.ts";

export function webhookView(webhook: Webhook): z.infer<typeof webhookSchema> {
  const { created_by, description, disabled_reason, enabled, events, id, url } = webhook;
  return {
    ...{ id, url, description, events, enabled, disabled_reason, created_by },
    failing_since: isoTime(webhook.failing_since),
    previous_secret_until: isoTime(webhook.previous_until),
    created_at: isoTime(webhook.created_at),
    updated_at: isoTime(webhook.updated_at),
  };
}

/** What the audit trail hashes of a webhook: all that a person may see of it, but for how its calls fare. */
export const auditedWebhook = (webhook: Webhook) => ({ ...webhookView(webhook), failing_since: undefined });

export function deliveryView(delivery: WebhookDelivery): z.infer<typeof deliverySchema> {
  const { attempts, duration_ms, event_id, event_type, id, last_error, last_status, replay_of, status } =
    delivery;
  return {
    ...{ id, webhook_id: delivery.webhook_id, event_id, event_type, status, attempts, replay_of },
    ...{ last_status, last_error, duration_ms },
    next_attempt_at: status === "queued" ? isoTime(delivery.due_at) : null,
    created_at: isoTime(delivery.created_at),
    delivered_at: isoTime(delivery.delivered_at),
  };
}

export const deliveryDetailView = (
  delivery: WebhookDelivery,
  attempts: WebhookAttempt[],
): z.infer<typeof deliveryDetail> => ({
  ...deliveryView(delivery),
  body: delivery.body,
  log: attempts.map(({ at, attempt, duration_ms, error, status }) => ({
    ...{ attempt, status, error, duration_ms },
    at: isoTime(at),
  })),
});
