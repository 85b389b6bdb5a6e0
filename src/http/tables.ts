import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    desk_id: text().notNull(),
    route: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    status: integer(),
    headers: text({ mode: "json" }).$type<Record<string, string>>(),
    body: text(),
    created_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.desk_id, table.route, table.key] })],
);
