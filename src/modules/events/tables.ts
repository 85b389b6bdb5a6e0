import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, EventId, UserId } from "../../platform/ids.ts";
import type { EventType } from "./catalogue.ts";

export const events = sqliteTable("events", {
  id: text().primaryKey().$type<EventId>(),
  desk_id: text().notNull().$type<DeskId>(),
  user_id: text().$type<UserId>(),
  type: text().notNull().$type<EventType>(),
  data: text({ mode: "json" }).notNull().$type<unknown>(),
  created_at: integer().notNull(),
  published_at: integer(),
});
