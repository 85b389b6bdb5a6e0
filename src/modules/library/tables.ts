import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, DocumentId, JobId, UserId } from "../../platform/ids.ts";
import type { JobError } from "../jobs/job.ts";
import { FORMATS } from "./formats/document.ts";
import { DOCUMENT_STATUSES } from "./policy.ts";

export const documents = sqliteTable("documents", {
  id: text().primaryKey().$type<DocumentId>(),
  desk_id: text().notNull().$type<DeskId>(),
  sha256: text().notNull(),
  file_name: text().notNull(),
  size_bytes: integer().notNull(),
  format: text({ enum: FORMATS }),
  title: text().notNull(),
  author: text(),
  description: text(),
  category: text(),
  language: text(),
  tags: text({ mode: "json" }).notNull().$type<string[]>(),
  status: text({ enum: DOCUMENT_STATUSES }).notNull(),
  error: text({ mode: "json" }).$type<JobError>(),
  unit_count: integer(),
  chunk_count: integer(),
  job_id: text().notNull().$type<JobId>(),
  text_build: text().$type<JobId>(),
  write_token: text().notNull(),
  created_by: text().notNull().$type<UserId>(),
  created_at: integer().notNull(),
  updated_at: integer().notNull(),
  version: integer().notNull().default(1),
});

export const documentTerms = sqliteTable(
  "document_terms",
  {
    desk_id: text().notNull().$type<DeskId>(),
    kind: text({ enum: ["tag", "word"] }).notNull(),
    term: text().notNull(),
    created_at: integer().notNull(),
    document_id: text().notNull().$type<DocumentId>(),
  },
  (table) => [
    primaryKey({ columns: [table.desk_id, table.kind, table.term, table.created_at, table.document_id] }),
  ],
);

export const indexUpdates = sqliteTable(
  "index_updates",
  {
    desk_id: text().notNull().$type<DeskId>(),
    document_id: text().notNull().$type<DocumentId>(),
    version: integer().notNull(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.desk_id, table.document_id, table.version] })],
);
