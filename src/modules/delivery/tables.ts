import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { DeskId, MailId } from "../../platform/ids.ts";
import type { MailContent } from "./mail-content.ts";

export const mails = sqliteTable("mails", {
  id: text().primaryKey().$type<MailId>(),
  desk_id: text().$type<DeskId>(),
  recipient: text().notNull(),
  content: text({ mode: "json" }).notNull().$type<MailContent>(),
  status: text({ enum: ["queued", "sent", "failed"] })
    .notNull()
    .default("queued"),
  attempts: integer().notNull().default(0),
  due_at: integer().notNull(),
  error: text(),
  created_at: integer().notNull(),
  sent_at: integer(),
});
