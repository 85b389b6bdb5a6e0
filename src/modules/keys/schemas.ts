import { z } from "@hono/zod-openapi";
import { canonicalRange } from "../../platform/addresses.ts";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import {
  DEFAULT_GRACE_HOURS,
  MAX_ADDRESSES,
  MAX_EXPIRY_DAYS,
  MAX_GRACE_HOURS,
  MIN_RATE_MULTIPLIER,
} from "./policy.ts";

const name = z.string().trim().min(1).max(100).openapi({ example: "nightly import" });
const scope = z.string().min(1).max(100);

/** An address or a range, taken in any spelling and kept in one. */
const range = z
  .string()
  .max(50)
  .transform((text, ctx) => {
    const known = canonicalRange(text.trim());
    if (known !== undefined) return known;
    ctx.addIssue({ code: "custom", message: "is no address and no range in CIDR notation" });
    return z.NEVER;
  })
  .openapi({ type: "string", example: "192.0.2.0/24" });

export const keyRequest = z
  .strictObject({
    name,
    scopes: z
      .array(scope)
      .min(1)
      .max(100)
      .openapi({ description: "Permissions that you have yourself and that a key may have" }),
    expires_in_days: z.int().min(1).max(MAX_EXPIRY_DAYS).optional().openapi({ example: 90 }),
    allowed_addresses: z
      .array(range)
      .max(MAX_ADDRESSES)
      .default([])
      .openapi({ description: "Addresses or ranges that the key may be used from; none means all" }),
    rate_multiplier: z
      .number()
      .min(MIN_RATE_MULTIPLIER)
      .max(100)
      .default(1)
      .openapi({ description: "Stretches the key's rate limits, as far as the desk's plan allows" }),
  })
  .openapi("ApiKeyRequest");

export const rotationRequest = z
  .strictObject({
    grace_hours: z
      .int()
      .min(0)
      .max(MAX_GRACE_HOURS)
      .default(DEFAULT_GRACE_HOURS)
      .openapi({ description: "How long the old secret still works" }),
  })
  .openapi("ApiKeyRotation");

export const keySchema = z
  .object({
    id: idSchema("key"),
    name,
    prefix: z.string().openapi({ description: "What the secret begins with", example: "bk_live_4fT9xQ2m" }),
    scopes: z.array(z.string()).openapi({ example: ["documents:read", "search:query"] }),
    allowed_addresses: z.array(z.string()).openapi({ example: ["192.0.2.0/24"] }),
    rate_multiplier: z.number().openapi({ example: 1 }),
    created_by: idSchema("usr"),
    created_at: timeSchema,
    expires_at: timeSchema.nullable(),
    last_used_at: timeSchema.nullable().openapi({ description: "Exact to five minutes" }),
    rotated_at: timeSchema.nullable(),
    previous_until: timeSchema
      .nullable()
      .openapi({ description: "Until then the secret before still works" }),
  })
  .openapi("ApiKey");

export const keyWithSecret = keySchema
  .extend({
    key: z.string().optional().openapi({
      description: "The secret, shown this once; a replay by `Idempotency-Key` is without it",
      example: "bk_live_4fT9xQ2m7Jc0Zr8LwVb3Ke6YpNs1HdGa5UiXoTqE2MfBvC",
    }),
  })
  .openapi("ApiKeyWithSecret");

export const keyParams = z.object({ id: z.string().openapi({ example: exampleId("key") }) });
