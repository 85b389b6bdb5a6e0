import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DatasetId, DeskId, JobId, RunId } from "../../../platform/ids.ts";
import type { JobError, JsonObject } from "../../jobs/job.ts";
import type { JobStatus } from "../../jobs/policy.ts";

export const RUN_KINDS = ["backtest", "optimization", "experiment"] as const;

export const strategyRuns = sqliteTable("strategy_runs", {
  id: text().primaryKey().$type<RunId>(),
  desk_id: text().notNull().$type<DeskId>(),
  kind: text({ enum: RUN_KINDS }).notNull(),
  dataset_id: text().notNull().$type<DatasetId>(),
  dataset_hash: text().notNull(),
  strategy: text().notNull(),
  request: text({ mode: "json" }).notNull().$type<JsonObject>(),
  job_id: text().notNull().$type<JobId>(),
  ended: text().$type<JobStatus>(),
  result: text({ mode: "json" }).$type<JsonObject>(),
  error: text({ mode: "json" }).$type<JobError>(),
  created_by: text().notNull(),
  created_at: integer().notNull(),
  finished_at: integer(),
});
