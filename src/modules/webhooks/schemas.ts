import { z } from "@hono/zod-openapi";
import { listQuery } from "../../http/lists.ts";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { EVENT_TYPES } from "../events/catalogue.ts";
import { MAX_URL_LENGTH } from "./policy.ts";
import { SUBSCRIPTIONS } from "./subscription.ts";

const url = z.string().max(MAX_URL_LENGTH).openapi({
  description: "A public `https` address on port 443 or 8443, by name and without credentials",
  example: "https://hooks.desk.example/bourse",
});
const description = z.string().trim().max(200).nullable().openapi({ example: "Feeds the blotter" });
const events = z
  .array(z.enum(SUBSCRIPTIONS))
  .min(1)
  .max(SUBSCRIPTIONS.length)
  .openapi({ description: "Types of events, or `*` for all", example: ["job.failed", "batch.completed"] });
const enabled = z.boolean().openapi({ example: true });

export const webhookRequest = z
  .strictObject({ url, events, description: description.optional() })
  .openapi("WebhookRequest");

export const webhookEdit = z
  .strictObject({
    url: url.optional(),
    events: events.optional(),
    description: description.optional(),
    enabled: enabled.optional().openapi({ description: "`true` also forgets the failures so far" }),
  })
  .openapi("WebhookEdit");

export const webhookSchema = z
  .object({
    id: idSchema("whk"),
    url: z.string().openapi({ example: "https://hooks.desk.example/bourse" }),
    description: z.string().nullable().openapi({ example: "Feeds the blotter" }),
    events: z.array(z.enum(SUBSCRIPTIONS)).openapi({ example: ["job.failed", "batch.completed"] }),
    enabled,
    disabled_reason: z.enum(["requested", "failing", "gone"]).nullable().openapi({
      description: "By whom: you, three days of failures, or the receiver's 410",
    }),
    failing_since: timeSchema.nullable().openapi({ description: "Since when no attempt has come through" }),
    previous_secret_until: timeSchema
      .nullable()
      .openapi({ description: "Until then deliveries are signed with the secret before as well" }),
    created_by: idSchema("usr"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Webhook");

export const webhookWithSecret = webhookSchema
  .extend({
    secret: z.string().optional().openapi({
      description: "Verifies signatures; shown this once, and a replay by `Idempotency-Key` is without it",
      example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
    }),
  })
  .openapi("WebhookWithSecret");

const deliveryStatus = z.enum(["queued", "delivered", "failed", "discarded"]);
const httpStatus = z.int().nullable().openapi({ example: 204 });
const error = z.string().nullable().openapi({
  description:
    "`redirect`, `status`, `gone`, `timeout`, `connection`, `unresolved`, `refused` or `no_outcome`",
  example: "status",
});
const duration_ms = z.int().nullable().openapi({ example: 87 });

export const deliverySchema = z
  .object({
    id: idSchema("whd"),
    webhook_id: idSchema("whk"),
    event_id: idSchema("evt").openapi({
      description: "What is sent as `webhook-id`, the same at each attempt",
    }),
    event_type: z.enum(EVENT_TYPES),
    status: deliveryStatus.openapi({
      description:
        "`discarded` where its webhook was disabled or deleted, or its desk closed, before it was due",
    }),
    attempts: z.int().openapi({ example: 1 }),
    last_status: httpStatus,
    last_error: error,
    duration_ms,
    replay_of: idSchema("whd")
      .nullable()
      .openapi({ type: ["string", "null"] }),
    next_attempt_at: timeSchema.nullable(),
    created_at: timeSchema,
    delivered_at: timeSchema.nullable(),
  })
  .openapi("WebhookDelivery");

const attemptSchema = z
  .object({ attempt: z.int(), at: timeSchema, status: httpStatus, error, duration_ms })
  .openapi("WebhookAttempt");

export const deliveryDetail = deliverySchema
  .extend({
    body: z.string().openapi({
      description: "The JSON that was signed and sent",
      example:
        '{"type":"webhook.test","timestamp":"2026-11-22T09:30:00.000Z","data":{"webhook_id":"whk_…","id":"evt_…","desk_id":"dsk_…"}}',
    }),
    log: z.array(attemptSchema).openapi({ description: "How each attempt ended, the first one first" }),
  })
  .openapi("WebhookDeliveryDetail");

const id = z.string().openapi({ example: exampleId("whk") });
export const webhookParams = z.object({ id });
export const deliveryParams = z.object({
  id,
  delivery_id: z.string().openapi({ example: exampleId("whd") }),
});
export const deliveryQuery = z.object({ ...listQuery, status: deliveryStatus.optional() });
