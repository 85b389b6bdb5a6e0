import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, EventId, NotificationId, UserId } from "../../platform/ids.ts";
import type { EventType } from "../events/catalogue.ts";
import type { Choice, Kind } from "./policy.ts";

export const notifications = sqliteTable("notifications", {
  id: text().primaryKey().$type<NotificationId>(),
  desk_id: text().notNull().$type<DeskId>(),
  user_id: text().notNull().$type<UserId>(),
  event_id: text().notNull().$type<EventId>(),
  kind: text().notNull().$type<Kind>(),
  type: text().notNull().$type<EventType>(),
  title: text().notNull(),
  body: text().notNull(),
  link: text().notNull(),
  in_product: integer({ mode: "boolean" }).notNull(),
  digest: text({ enum: ["none", "waiting", "sent"] }).notNull(),
  created_at: integer().notNull(),
  read_at: integer(),
});

export const notificationPreferences = sqliteTable(
  "notification_preferences",
  {
    desk_id: text().notNull().$type<DeskId>(),
    user_id: text().notNull().$type<UserId>(),
    kinds: text({ mode: "json" }).notNull().$type<Partial<Record<Kind, Choice>>>(),
    digest_hour: integer().notNull(),
    version: integer().notNull(),
    updated_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.desk_id, table.user_id] })],
);

export const notificationDigests = sqliteTable(
  "notification_digests",
  {
    desk_id: text().notNull().$type<DeskId>(),
    user_id: text().notNull().$type<UserId>(),
    due_at: integer(),
    sent_for: integer(),
  },
  (table) => [primaryKey({ columns: [table.desk_id, table.user_id] })],
);
