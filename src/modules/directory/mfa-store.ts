import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { UserId } from "../../platform/ids.ts";
import { mfaFactors, recoveryCodes } from "./tables.ts";

export type Factor = typeof mfaFactors.$inferSelect;

export async function findFactor(db: Database, user: UserId): Promise<Factor | undefined> {
  return (await db.select().from(mfaFactors).where(eq(mfaFactors.user_id, user)).limit(1))[0];
}

/** A row where the user has a second factor in force, none otherwise; fits into a batch of reads. */
export const selectActiveFactor = (db: Database, user: UserId) =>
  db
    .select({ activated_at: mfaFactors.activated_at })
    .from(mfaFactors)
    .where(and(eq(mfaFactors.user_id, user), isNotNull(mfaFactors.activated_at)))
    .limit(1);

/** A factor that waits for its first code. It replaces one that waited before, and never one in force. */
export const proposeFactor = (
  db: Database,
  row: { user_id: UserId; secret: string; created_at: number },
): Statement =>
  db
    .insert(mfaFactors)
    .values(row)
    .onConflictDoUpdate({
      target: mfaFactors.user_id,
      set: { secret: row.secret, created_at: row.created_at, last_step: 0 },
      setWhere: isNull(mfaFactors.activated_at),
    });

/** Puts the proposed factor in force, if it is still that one; the code that proves it counts as used. */
export const activateFactor = (db: Database, factor: Factor, step: number, now: number): Statement =>
  db
    .update(mfaFactors)
    .set({ activated_at: now, last_step: step })
    .where(and(sameFactor(factor), isNull(mfaFactors.activated_at)));

/** Takes the code of a time step: of any number of calls with it, or with an older one's, one changes the row. */
export const takeStep = (db: Database, factor: Factor, step: number): Statement =>
  db
    .update(mfaFactors)
    .set({ last_step: step })
    .where(and(sameFactor(factor), isNotNull(mfaFactors.activated_at), lt(mfaFactors.last_step, step)));

const sameFactor = ({ secret, user_id }: Factor) =>
  and(eq(mfaFactors.user_id, user_id), eq(mfaFactors.secret, secret));

/** Takes the recovery code out: of any number of calls with it, one gets the row. */
export const takeRecoveryCode = (db: Database, user: UserId, hash: string): Statement =>
  db.delete(recoveryCodes).where(and(eq(recoveryCodes.user_id, user), eq(recoveryCodes.hash, hash)));

/** Ends the factor, if the statement before it in the batch changed a row. */
export const deleteFactorIfChanged = (db: Database, user: UserId): Statement =>
  db.delete(mfaFactors).where(and(eq(mfaFactors.user_id, user), sql`changes() > 0`));

/** More recovery codes, if the statement before it in the batch changed a row. */
export const addRecoveryCodesIfChanged = (db: Database, user: UserId, hashes: string[]): Statement =>
  db.run(sql`
    INSERT INTO recovery_codes (user_id, hash)
    SELECT ${user}, value FROM json_each(${JSON.stringify(hashes)}) WHERE changes() > 0`);

/** Ends all recovery codes but these, if the statement before it in the batch changed a row. */
export const deleteOtherRecoveryCodesIfChanged = (db: Database, user: UserId, but: string[]): Statement =>
  db.run(sql`
    DELETE FROM recovery_codes WHERE user_id = ${user} AND changes() > 0
      AND hash NOT IN (SELECT value FROM json_each(${JSON.stringify(but)}))`);
