import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Objects that are being written, or were left behind by somebody who died before they made a row of it. */
export const pendingUploads = sqliteTable("pending_uploads", {
  object_key: text().primaryKey(),
  created_at: integer().notNull(),
});
