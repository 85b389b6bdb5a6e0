import { type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, MailId } from "../../platform/ids.ts";
import type { MailContent } from "./mail-content.ts";

export interface NewMail {
  id: MailId;
  /** The desk that it is about, where it is about one. */
  desk: DeskId | null;
  recipient: string;
  content: MailContent;
  now: number;
}

/** A mail for the batch of what it tells of; `sendMailSoon` brings it on its way once that batch has been written. */
export const insertMail = (db: Database, mail: NewMail): Statement => db.run(insertOf(mail));

/** The same, only if the statement before it in the batch changed a row. It leaves `changes()` as it found it. */
export const insertMailIfChanged = (db: Database, mail: NewMail): Statement =>
  db.run(sql`${insertOf(mail)} WHERE changes() > 0`);

function insertOf({ content, desk, id, now, recipient }: NewMail): SQL {
  return sql`
    INSERT INTO mails (id, desk_id, recipient, content, due_at, created_at)
    SELECT ${id}, ${desk}, ${recipient}, ${JSON.stringify(content)}, ${now}, ${now}`;
}
