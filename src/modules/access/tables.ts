import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, UserId } from "../../platform/ids.ts";
import { ROLES } from "./permissions.ts";
import { PLANS } from "./policy.ts";

export const desks = sqliteTable("desks", {
  id: text().primaryKey().$type<DeskId>(),
  name: text().notNull(),
  plan: text({ enum: PLANS }).notNull(),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
  version: integer().notNull().default(1),
});

export const members = sqliteTable(
  "members",
  {
    desk_id: text().notNull().$type<DeskId>(),
    user_id: text().notNull().$type<UserId>(),
    role: text({ enum: ROLES }).notNull(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.desk_id, table.user_id] })],
);
