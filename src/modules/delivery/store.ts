import { and, asc, desc, eq, type InferSelectModel, lt, lte, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, MailId } from "../../platform/ids.ts";
import type { MailContent } from "./mail-content.ts";
import { mails } from "./tables.ts";

export type Mail = InferSelectModel<typeof mails>;

export interface NewMail {
  id: MailId;
  /** The desk that it is about, where it is about one. */
  desk: DeskId | null;
  recipient: string;
  content: MailContent;
  now: number;
}

/**
 * A mail for the batch of what it tells of, if the statement before it there changed a row; it leaves `changes()` as it
 * found it. `sendMailSoon` brings the mail on its way once that batch has been written.
 */
export const insertMailIfChanged = (
  db: Database,
  { content, desk, id, now, recipient }: NewMail,
): Statement =>
  db.run(sql`
    INSERT INTO mails (id, desk_id, recipient, content, due_at, created_at)
    SELECT ${id}, ${desk}, ${recipient}, ${JSON.stringify(content)}, ${now}, ${now} WHERE changes() > 0`);

/** Text and not a bound value: only so does SQLite see that `mails_due` has all of these. */
const isQueued = sql`${mails.status} = 'queued'`;

/** Takes the mail for one attempt, which counts from here on. Undefined where it is not due, or another has it. */
export async function claimMail(
  db: Database,
  id: MailId,
  now: number,
  until: number,
): Promise<Mail | undefined> {
  const claimed = await db
    .update(mails)
    .set({ attempts: sql`${mails.attempts} + 1`, due_at: until })
    .where(and(eq(mails.id, id), isQueued, lte(mails.due_at, now)))
    .returning();
  return claimed[0];
}

type Outcome = Partial<Pick<Mail, "status" | "due_at" | "error" | "sent_at">>;

/** Writes down how the attempt ended, unless a later attempt has taken over. */
export async function endAttempt(db: Database, { attempts, id }: Mail, outcome: Outcome): Promise<void> {
  await db
    .update(mails)
    .set(outcome)
    .where(and(eq(mails.id, id), isQueued, eq(mails.attempts, attempts)));
}

/** The mails that are due, the longest waiting first. */
export async function dueMails(db: Database, now: number, limit: number): Promise<MailId[]> {
  const due = await db
    .select({ id: mails.id })
    .from(mails)
    .where(and(isQueued, lte(mails.due_at, now)))
    .orderBy(asc(mails.due_at))
    .limit(limit);
  return due.map(({ id }) => id);
}

/** The desk that a mail is about, where it is about one. */
export async function deskOfMail(db: Database, id: MailId): Promise<DeskId | null> {
  const rows = await db.select({ desk_id: mails.desk_id }).from(mails).where(eq(mails.id, id)).limit(1);
  return rows[0]?.desk_id ?? null;
}

/** The newest mails of all desks, for whoever runs the Worker on their own machine. */
export const latestMails = (db: Database, limit: number): Promise<Mail[]> =>
  db.select().from(mails).orderBy(desc(mails.created_at), desc(mails.id)).limit(limit);

export const forgetMails = (db: Database, written_before: number): Statement =>
  db.delete(mails).where(lt(mails.created_at, written_before));
