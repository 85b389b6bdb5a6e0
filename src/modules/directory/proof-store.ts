import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { HOUR_MS } from "../../platform/clock.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { ProofId, UserId } from "../../platform/ids.ts";
import { mailedProofs, type PROOF_PURPOSES, users } from "./tables.ts";

export type ProofPurpose = (typeof PROOF_PURPOSES)[number];

interface NewProof {
  id: ProofId;
  purpose: ProofPurpose;
  now: number;
  ends_in_ms: number;
}

/** A proof for this user and address, if the statement before it in the batch changed a row. */
export const insertProofIfChanged = (
  db: Database,
  { ends_in_ms, id, now, purpose }: NewProof,
  { email, user }: { user: UserId; email: string },
): Statement =>
  db.run(sql`
    INSERT INTO mailed_proofs (id, purpose, user_id, email, created_at, expires_at)
    SELECT ${id}, ${purpose}, ${user}, ${email}, ${now}, ${now + ends_in_ms} WHERE changes() > 0`);

/** Nobody's mailbox is flooded: further mails of one kind wait until the hour has passed. */
const MAX_AN_HOUR = 5;

/**
 * A proof for whoever has this address, if anybody does and may be sent one. It is one statement either way, so that
 * an address which nobody has costs the same.
 */
export const insertProofForAddress = (
  db: Database,
  { ends_in_ms, id, now, purpose }: NewProof,
  email: string,
): Statement => {
  const wanted = purpose === "verify_email" ? sql`email_verified_at IS NULL` : sql`status = 'active'`;
  return db.run(sql`
    INSERT INTO mailed_proofs (id, purpose, user_id, email, created_at, expires_at)
    SELECT ${id}, ${purpose}, id, email, ${now}, ${now + ends_in_ms} FROM users
    WHERE email = ${email} AND ${wanted} AND (
      SELECT count(*) FROM mailed_proofs
      WHERE user_id = users.id AND purpose = ${purpose} AND created_at > ${now - HOUR_MS}) < ${MAX_AN_HOUR}`);
};

/** Who a proof in force is of, and the address that it was mailed to. */
export async function findProof(db: Database, purpose: ProofPurpose, id: ProofId, now: number) {
  const rows = await db
    .select({ user_id: mailedProofs.user_id, email: mailedProofs.email })
    .from(mailedProofs)
    .where(
      and(
        eq(mailedProofs.id, id),
        eq(mailedProofs.purpose, purpose),
        isNull(mailedProofs.used_at),
        gt(mailedProofs.expires_at, now),
      ),
    )
    .limit(1);
  return rows[0];
}

/** The first statement of what a proof does: of any number of uses one changes a row. */
export const useProof = (db: Database, id: ProofId, now: number): Statement =>
  db
    .update(mailedProofs)
    .set({ used_at: now })
    .where(and(eq(mailedProofs.id, id), isNull(mailedProofs.used_at), gt(mailedProofs.expires_at, now)));

/** Spends every proof of these kinds, if the statement before it in the batch changed a row. */
export const spendProofsIfChanged = (
  db: Database,
  user: UserId,
  purposes: ProofPurpose[],
  now: number,
): Statement =>
  db
    .update(mailedProofs)
    .set({ used_at: now })
    .where(
      and(
        eq(mailedProofs.user_id, user),
        inArray(mailedProofs.purpose, purposes),
        isNull(mailedProofs.used_at),
        sql`changes() > 0`,
      ),
    );

/** Spends every other proof of the kind, once this one was written: of several addresses the last one asked for counts. */
export const supersedeProofs = (db: Database, user: UserId, id: ProofId, now: number): Statement =>
  db.run(sql`
    UPDATE mailed_proofs SET used_at = ${now}
    WHERE user_id = ${user} AND used_at IS NULL AND id <> ${id}
      AND purpose = (SELECT purpose FROM mailed_proofs WHERE id = ${id})`);

/**
 * Ends what was set going under an older password, once this one stands: mailed proofs, be it to another address, but
 * for the one that is named and that of the account's own address, and log-ins that wait for a code.
 */
export const endHalfDone = (
  db: Database,
  { but = null, password_hash, user }: { user: UserId; password_hash: string; but?: ProofId | null },
  now: number,
): [Statement, Statement] => {
  const stands = sql`EXISTS (SELECT 1 FROM users WHERE id = ${user} AND password_hash = ${password_hash})`;
  return [
    db.run(sql`
      UPDATE mailed_proofs SET used_at = ${now}
      WHERE user_id = ${user} AND used_at IS NULL AND id IS NOT ${but} AND ${stands}
        AND (purpose <> 'verify_email' OR email <> (SELECT email FROM users WHERE id = ${user}))`),
    db.run(sql`DELETE FROM mfa_challenges WHERE user_id = ${user} AND ${stands}`),
  ];
};

/** The address of a proof becomes its user's, and counts as verified, if the statement before changed a row. */
export const verifyAddressIfChanged = (db: Database, user: UserId, email: string, now: number): Statement =>
  db
    .update(users)
    .set({ email, email_verified_at: now, updated_at: now, version: sql`${users.version} + 1` })
    .where(and(eq(users.id, user), sql`changes() > 0`));
