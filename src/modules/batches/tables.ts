import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { BatchId, DeskId, FileId, JobId } from "../../platform/ids.ts";
import type { JobError, JsonObject } from "../jobs/job.ts";
import { type JobStatus, PRIORITIES } from "../jobs/policy.ts";
import { ITEM_STATUSES } from "./policy.ts";

export const batches = sqliteTable("batches", {
  id: text().primaryKey().$type<BatchId>(),
  desk_id: text().notNull().$type<DeskId>(),
  type: text().notNull(),
  concurrency: integer().notNull(),
  priority: text({ enum: PRIORITIES }).notNull(),
  tags: text({ mode: "json" }).notNull().$type<string[]>(),
  file_id: text().$type<FileId>(),
  rows_read: integer().notNull().default(0),
  loaded: integer({ mode: "boolean" }).notNull(),
  total: integer().notNull().default(0),
  queued: integer().notNull().default(0),
  running: integer().notNull().default(0),
  succeeded: integer().notNull().default(0),
  failed: integer().notNull().default(0),
  cancelled: integer().notNull().default(0),
  invalid: integer().notNull().default(0),
  job_id: text().notNull().$type<JobId>(),
  run_end: text().$type<JobStatus>(),
  quota_lease: text(),
  created_by: text().notNull(),
  created_at: integer().notNull(),
  finished_at: integer(),
});

export const batchItems = sqliteTable(
  "batch_items",
  {
    batch_id: text().notNull().$type<BatchId>(),
    idx: integer().notNull(),
    desk_id: text().notNull().$type<DeskId>(),
    input: text({ mode: "json" }).notNull().$type<JsonObject>(),
    status: text({ enum: ITEM_STATUSES }).notNull(),
    job_id: text().$type<JobId>(),
    error: text({ mode: "json" }).$type<JobError>(),
    result: text({ mode: "json" }).$type<JsonObject>(),
    attempts: integer().notNull().default(0),
    updated_at: integer().notNull(),
  },
  ({ batch_id, idx }) => [primaryKey({ columns: [batch_id, idx] })],
);
