import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import { mfaChallenges } from "./tables.ts";

const MAX_ATTEMPTS = 5;

type NewChallenge = Omit<typeof mfaChallenges.$inferSelect, "attempts">;

/** A challenge, unless the password that was verified has changed since. */
export const insertChallengeIfStill = (db: Database, row: NewChallenge, password_hash: string): Statement =>
  db.run(sql`
    INSERT INTO mfa_challenges (hash, user_id, kind, expires_at)
    SELECT ${row.hash}, id, ${row.kind}, ${row.expires_at}
    FROM users WHERE id = ${row.user_id} AND password_hash = ${password_hash}`);

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
