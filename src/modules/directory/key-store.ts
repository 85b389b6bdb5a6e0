import { and, desc, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, KeyId } from "../../platform/ids.ts";
import { apiKeys } from "./tables.ts";

export type ApiKey = typeof apiKeys.$inferSelect;

export async function keyUsed(db: Database, id: KeyId, now: number): Promise<void> {
  await db.update(apiKeys).set({ last_used_at: now }).where(eq(apiKeys.id, id));
}

/** A key, unless the desk has that many in force. */
export const insertKeyUpTo = (db: Database, row: ApiKey, max: number): Statement =>
  db.run(sql`
    INSERT INTO api_keys (id, desk_id, user_id, name, prefix, hash, scopes, allowed_addresses, rate_multiplier,
      expires_at, created_at)
    SELECT ${row.id}, ${row.desk_id}, ${row.user_id}, ${row.name}, ${row.prefix}, ${row.hash},
      ${JSON.stringify(row.scopes)}, ${JSON.stringify(row.allowed_addresses)}, ${row.rate_multiplier},
      ${row.expires_at}, ${row.created_at}
    WHERE (SELECT count(*) FROM api_keys WHERE desk_id = ${row.desk_id} AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > ${row.created_at})) < ${max}`);

const ofDesk = (desk: DeskId) => and(eq(apiKeys.desk_id, desk), isNull(apiKeys.revoked_at));

/** A key that nobody has revoked. */
export async function findKey(db: Database, desk: DeskId, id: string): Promise<ApiKey | undefined> {
  const own = and(ofDesk(desk), sql`${apiKeys.id} = ${id}`);
  return (await db.select().from(apiKeys).where(own).limit(1))[0];
}

/** The keys of a desk that nobody has revoked, the newest first. */
export const selectKeys = (db: Database, desk: DeskId, after: Position | undefined, limit: number) =>
  db
    .select()
    .from(apiKeys)
    .where(
      and(ofDesk(desk), after && sql`(${apiKeys.created_at}, ${apiKeys.id}) < (${after[0]}, ${after[1]})`),
    )
    .orderBy(desc(apiKeys.created_at), desc(apiKeys.id))
    .limit(limit);

export type NewSecret = Pick<ApiKey, "hash" | "prefix" | "previous_hash" | "previous_until" | "rotated_at">;

/** Gives a key in force another secret, unless it got one since it was read. */
export const rotateKey = (db: Database, from: ApiKey, to: NewSecret, now: number): Statement =>
  db
    .update(apiKeys)
    .set(to)
    .where(
      and(
        ofDesk(from.desk_id),
        eq(apiKeys.id, from.id),
        eq(apiKeys.hash, from.hash),
        or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, now)),
      ),
    );

export const revokeKey = (db: Database, desk: DeskId, id: KeyId, now: number): Statement =>
  db
    .update(apiKeys)
    .set({ revoked_at: now })
    .where(and(ofDesk(desk), eq(apiKeys.id, id)));
