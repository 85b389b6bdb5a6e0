import { and, asc, desc, eq, type InferInsertModel, type InferSelectModel, isNull, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeadLetterId, DeskId } from "../../platform/ids.ts";
import type { BulkPosition } from "./bulk-run.ts";
import type { LetterStatus } from "./dead-letter-policy.ts";
import { deadLetters } from "./tables.ts";

export type DeadLetter = InferSelectModel<typeof deadLetters>;
export type NewDeadLetter = InferInsertModel<typeof deadLetters>;

/** Keeps the letter, unless its message is kept already. */
export const insertDeadLetter = (db: Database, letter: NewDeadLetter): Statement =>
  db.insert(deadLetters).values(letter).onConflictDoNothing({ target: deadLetters.message_id });

const ofDesk = (desk: DeskId | null) =>
  desk === null ? isNull(deadLetters.desk_id) : eq(deadLetters.desk_id, desk);

export async function findDeadLetter(
  db: Database,
  desk: DeskId,
  id: string,
): Promise<DeadLetter | undefined> {
  const rows = await db
    .select()
    .from(deadLetters)
    .where(and(eq(deadLetters.desk_id, desk), sql`${deadLetters.id} = ${id}`))
    .limit(1);
  return rows[0];
}

/** The letters of a desk, or those of none, the newest first. */
export const listDeadLetters = (
  db: Database,
  desk: DeskId | null,
  status: LetterStatus | undefined,
  after: Position | undefined,
  limit: number,
): Promise<DeadLetter[]> =>
  db
    .select()
    .from(deadLetters)
    .where(
      and(
        ofDesk(desk),
        status && eq(deadLetters.status, status),
        after && sql`(${deadLetters.created_at}, ${deadLetters.id}) < (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(desc(deadLetters.created_at), desc(deadLetters.id))
    .limit(limit);

/** A desk's open letters, the oldest first, from after a position to before a time. */
export async function walkOpenLetters(
  db: Database,
  desk: DeskId,
  after: BulkPosition,
  before: number,
  limit: number,
) {
  const rows = await db
    .select({
      id: deadLetters.id,
      job_id: deadLetters.job_id,
      reason: deadLetters.reason,
      created_at: deadLetters.created_at,
    })
    .from(deadLetters)
    .where(
      and(
        eq(deadLetters.desk_id, desk),
        eq(deadLetters.status, "open"),
        sql`(${deadLetters.created_at}, ${deadLetters.id}) > (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(asc(deadLetters.created_at), asc(deadLetters.id))
    .limit(limit);
  // Cut here and not in SQL: with bounds at both ends SQLite takes the index without the status.
  return rows.filter(({ created_at }) => created_at < before);
}

/** Says what became of an open letter; one that was handled before stays as it is. */
export const handleLetter = (
  db: Database,
  desk: DeskId,
  id: DeadLetterId,
  status: Exclude<LetterStatus, "open">,
  handled_by: string,
  handled_at: number,
): Statement =>
  db
    .update(deadLetters)
    .set({ status, handled_by, handled_at })
    .where(and(eq(deadLetters.desk_id, desk), eq(deadLetters.id, id), eq(deadLetters.status, "open")));

/** Forgets some of the letters that were handled before then; `runBatch` tells whether there were any. */
export const forgetHandledLetters = (db: Database, before: number, limit: number): Statement =>
  db.run(sql`
    DELETE FROM dead_letters WHERE id IN (
      SELECT id FROM dead_letters WHERE handled_at IS NOT NULL AND handled_at < ${before} LIMIT ${limit})`);
