import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DatasetId, DeskId } from "../../../platform/ids.ts";
import type { JsonObject } from "../../jobs/job.ts";
import type { BarsReport } from "../bars/report.ts";
import { SOURCES } from "./policy.ts";

/** What a data set has of one symbol. Times are ISO instants. */
export interface DatasetSymbol {
  symbol: string;
  bars: number;
  first: string;
  last: string;
}

export const datasets = sqliteTable("datasets", {
  id: text().primaryKey().$type<DatasetId>(),
  desk_id: text().notNull().$type<DeskId>(),
  name: text().notNull(),
  timeframe: text().notNull(),
  symbols: text({ mode: "json" }).notNull().$type<DatasetSymbol[]>(),
  bars: integer().notNull(),
  hash: text().notNull(),
  object_key: text().notNull(),
  size_bytes: integer().notNull(),
  source: text({ enum: SOURCES }).notNull(),
  origin: text({ mode: "json" }).notNull().$type<JsonObject>(),
  fingerprint: text().notNull(),
  report: text({ mode: "json" }).notNull().$type<BarsReport>(),
  created_by: text().notNull(),
  created_at: integer().notNull(),
});
