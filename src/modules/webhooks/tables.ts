import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, EventId, UserId, WebhookDeliveryId, WebhookId } from "../../platform/ids.ts";
import type { EventType } from "../events/catalogue.ts";
import type { Subscription } from "./subscription.ts";

export const webhooks = sqliteTable("webhooks", {
  id: text().primaryKey().$type<WebhookId>(),
  desk_id: text().notNull().$type<DeskId>(),
  url: text().notNull(),
  description: text(),
  events: text({ mode: "json" }).notNull().$type<Subscription[]>(),
  enabled: integer({ mode: "boolean" }).notNull(),
  disabled_reason: text({ enum: ["requested", "failing", "gone"] }),
  secret: text().notNull(),
  previous_secret: text(),
  previous_until: integer(),
  failing_since: integer(),
  created_by: text().notNull().$type<UserId>(),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
  version: integer().notNull().default(1),
});

export const webhookDeliveries = sqliteTable("webhook_deliveries", {
  id: text().primaryKey().$type<WebhookDeliveryId>(),
  desk_id: text().notNull().$type<DeskId>(),
  webhook_id: text().notNull().$type<WebhookId>(),
  event_id: text().notNull().$type<EventId>(),
  event_type: text().notNull().$type<EventType>(),
  body: text().notNull(),
  status: text({ enum: ["queued", "delivered", "failed", "discarded"] })
    .notNull()
    .default("queued"),
  attempts: integer().notNull().default(0),
  due_at: integer().notNull(),
  last_status: integer(),
  last_error: text(),
  duration_ms: integer(),
  replay_of: text().$type<WebhookDeliveryId>(),
  created_at: integer().notNull(),
  delivered_at: integer(),
});

export const webhookAttempts = sqliteTable(
  "webhook_attempts",
  {
    delivery_id: text().notNull().$type<WebhookDeliveryId>(),
    attempt: integer().notNull(),
    desk_id: text().notNull().$type<DeskId>(),
    at: integer().notNull(),
    status: integer(),
    error: text(),
    duration_ms: integer(),
  },
  (table) => [primaryKey({ columns: [table.delivery_id, table.attempt] })],
);
