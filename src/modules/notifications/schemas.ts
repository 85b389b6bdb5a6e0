import { z } from "@hono/zod-openapi";
import { listQuery, listSchema } from "../../http/lists.ts";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { EVENT_TYPES } from "../events/catalogue.ts";
import { DEFAULTS, KINDS, MAIL_CHOICES, UNREAD_COUNTED } from "./policy.ts";

export const notificationSchema = z
  .object({
    id: idSchema("ntf"),
    event_id: idSchema("evt"),
    kind: z.enum(KINDS).openapi({ example: "trade_alert" }),
    type: z.enum(EVENT_TYPES).openapi({ example: "trade.alert" }),
    title: z.string().openapi({ example: "Trade alert: buy 10 AAPL at 187.20" }),
    body: z.string().openapi({
      example: "An alert came in to buy 10 AAPL at 187.20. No order was placed for it.",
    }),
    link: z
      .string()
      .openapi({ description: "The path of this API that shows more of it", example: "/v1/alerts" }),
    created_at: timeSchema,
    read_at: timeSchema.nullable().openapi({ example: null }),
  })
  .openapi("Notification");

const unreadCount = z
  .int()
  .min(0)
  .max(UNREAD_COUNTED)
  .openapi({
    description: `How many are unread, counted no further than ${UNREAD_COUNTED}`,
    example: 1,
  });

export const notificationList = listSchema(notificationSchema)
  .extend({ unread_count: unreadCount.optional() })
  .openapi("NotificationList");

export const notificationQuery = z.object({
  ...listQuery,
  unread: z.enum(["true", "false"]).default("false").openapi({ description: "Only those not read yet" }),
  include: z.enum(["unread_count"]).optional().openapi({ description: "Adds `unread_count` to the answer" }),
});

export const notificationParams = z.object({ id: z.string().openapi({ example: exampleId("ntf") }) });

export const allRead = z
  .object({
    read: z.int().openapi({ description: "How many were not read before", example: 3 }),
    unread_count: unreadCount,
  })
  .openapi("NotificationsRead");

const choice = z.strictObject({
  in_product: z.boolean().openapi({ description: "Whether it is listed, and told over the socket" }),
  mail: z.enum(MAIL_CHOICES).openapi({
    description: "A mail at once, a line in the daily mail, or none; only to a verified address",
  }),
});

const kinds = z.strictObject({
  job: choice,
  batch: choice,
  optimization: choice,
  experiment: choice,
  trade_alert: choice,
  daily_pnl: choice,
  webhook: choice,
  dead_letter: choice,
});

export const preferencesSchema = z
  .strictObject({
    kinds,
    digest_hour: z
      .int()
      .min(0)
      .max(23)
      .openapi({ description: "The hour, UTC, from which the daily mail is sent", example: 7 }),
  })
  .openapi("NotificationPreferences", { example: DEFAULTS });
