import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId } from "../../platform/ids.ts";

export const auditLog = sqliteTable("audit_log", {
  id: text().primaryKey(),
  desk_id: text().notNull().$type<DeskId>(),
  at: integer().notNull(),
  actor: text().notNull(),
  action: text().notNull(),
  target: text().notNull(),
  before_hash: text(),
  after_hash: text(),
  request_id: text(),
  address: text(),
  seq: integer(),
  hash: text(),
  signature: text(),
  impersonator: text(),
  key_id: text(),
});
