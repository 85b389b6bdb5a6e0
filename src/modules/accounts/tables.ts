import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, SessionId, UserId } from "../../platform/ids.ts";

export const users = sqliteTable("users", {
  id: text().primaryKey().$type<UserId>(),
  email: text().notNull().unique(),
  username: text().notNull().unique(),
  full_name: text(),
  password_hash: text().notNull(),
  email_verified_at: integer(),
  status: text({ enum: ["active", "deactivated"] })
    .notNull()
    .default("active"),
  platform_role: text({ enum: ["super_admin"] }),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
  version: integer().notNull().default(1),
});

export const sessions = sqliteTable("sessions", {
  id: text().primaryKey().$type<SessionId>(),
  user_id: text().notNull().$type<UserId>(),
  desk_id: text().notNull().$type<DeskId>(),
  refresh_salt: text().notNull(),
  refresh_generation: integer().notNull().default(0),
  rotated_at: integer().notNull(),
  device: text(),
  address: text(),
  created_at: integer().notNull(),
  expires_at: integer().notNull(),
  revoked_at: integer(),
  revoked_because: text(),
});

export const tickets = sqliteTable("tickets", {
  hash: text().primaryKey(),
  session_id: text().notNull().$type<SessionId>(),
  user_id: text().notNull().$type<UserId>(),
  desk_id: text().notNull().$type<DeskId>(),
  expires_at: integer().notNull(),
});
