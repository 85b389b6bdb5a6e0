import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import { mfaChallenges } from "./tables.ts";

const MAX_ATTEMPTS = 5;

export const insertChallenge = (db: Database, row: typeof mfaChallenges.$inferInsert): Statement =>
  db.insert(mfaChallenges).values(row);

/** Takes one of a challenge's five attempts; undefined where it has none left, has run out or never was. */
export async function takeChallengeAttempt(db: Database, hash: string, now: number) {
  const rows = await db
    .update(mfaChallenges)
    .set({ attempts: sql`${mfaChallenges.attempts} + 1` })
    .where(
      and(
        eq(mfaChallenges.hash, hash),
        gt(mfaChallenges.expires_at, now),
        lt(mfaChallenges.attempts, MAX_ATTEMPTS),
      ),
    )
    .returning();
  return rows[0];
}

export const endChallenge = (db: Database, hash: string): Statement =>
  db.delete(mfaChallenges).where(eq(mfaChallenges.hash, hash));
