import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeadLetterId, DeskId, JobId } from "../../platform/ids.ts";
import { LETTER_REASONS, LETTER_STATUSES } from "./dead-letter-policy.ts";
import type { JobError, JobTerms, JsonObject, Progress } from "./job.ts";
import { JOB_STATUSES, PRIORITIES, REQUESTS } from "./policy.ts";

export const jobs = sqliteTable("jobs", {
  id: text().primaryKey().$type<JobId>(),
  desk_id: text().notNull().$type<DeskId>(),
  type: text().notNull(),
  priority: text({ enum: PRIORITIES }).notNull(),
  status: text({ enum: JOB_STATUSES }).notNull().default("queued"),
  input: text({ mode: "json" }).notNull().$type<JsonObject>(),
  progress: text({ mode: "json" }).notNull().$type<Progress>(),
  attempts: integer().notNull().default(0),
  result: text({ mode: "json" }).$type<JsonObject>(),
  error: text({ mode: "json" }).$type<JobError>(),
  tags: text({ mode: "json" }).notNull().$type<string[]>(),
  links: text({ mode: "json" }).notNull().$type<Record<string, string>>(),
  seq: integer().notNull().default(0),
  created_by: text().notNull(),
  created_at: integer().notNull(),
  started_at: integer(),
  finished_at: integer(),
  estimated_end: integer(),
  updated_at: integer().notNull(),
  requested: text({ enum: REQUESTS }),
  expires_at: integer(),
  parent_id: text().$type<JobId>(),
  retry_of: text().$type<JobId>(),
  retried_as: text().$type<JobId>(),
  terms: text({ mode: "json" }).notNull().default({}).$type<JobTerms>(),
});

export const jobStatistics = sqliteTable(
  "job_statistics",
  {
    desk_id: text().notNull().$type<DeskId>(),
    hour: integer().notNull(),
    type: text().notNull(),
    status: text().notNull(),
    measure: text({ enum: ["wait", "run"] }).notNull(),
    bucket: integer().notNull(),
    jobs: integer().notNull(),
    total_ms: integer().notNull(),
  },
  ({ bucket, desk_id, hour, measure, status, type }) => [
    primaryKey({ columns: [desk_id, hour, type, status, measure, bucket] }),
  ],
);

export const outbox = sqliteTable("outbox", {
  id: text().primaryKey(),
  desk_id: text().notNull().$type<DeskId>(),
  job_id: text().notNull().$type<JobId>(),
  priority: text({ enum: PRIORITIES }).notNull(),
  due_at: integer().notNull(),
});

export const deadLetters = sqliteTable("dead_letters", {
  id: text().primaryKey().$type<DeadLetterId>(),
  desk_id: text().$type<DeskId>(),
  job_id: text().$type<JobId>(),
  queue: text().notNull(),
  message_id: text().notNull().unique(),
  body: text().notNull(),
  attempts: integer().notNull(),
  created_at: integer().notNull(),
  status: text({ enum: LETTER_STATUSES }).notNull().default("open"),
  reason: text({ enum: LETTER_REASONS }).notNull().default("retries_used_up"),
  handled_at: integer(),
  handled_by: text(),
});
