import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, FileId, JobId } from "../../platform/ids.ts";
import { PURPOSES } from "./policy.ts";

export const files = sqliteTable("files", {
  id: text().primaryKey().$type<FileId>(),
  desk_id: text().notNull().$type<DeskId>(),
  name: text().notNull(),
  content_type: text().notNull(),
  size_bytes: integer().notNull(),
  sha256: text().notNull(),
  purpose: text({ enum: PURPOSES }).notNull(),
  job_id: text().$type<JobId>(),
  object_key: text(),
  created_by: text().notNull(),
  created_at: integer().notNull(),
  expires_at: integer().notNull(),
  deleted_at: integer(),
  sweep_at: integer().notNull(),
});
