import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { DAY_MS, MINUTE_MS } from "../platform/clock.ts";
import type { Database } from "../platform/database.ts";
import type { DeskId } from "../platform/ids.ts";
import { idempotencyKeys } from "./tables.ts";

export interface AnswerKey {
  desk: DeskId;
  route: string;
  key: string;
}

export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const KEPT_MS = DAY_MS;
/** A claim without an answer for this long belongs to an invocation that died; the next call takes it over. */
const ABANDONED_MS = 2 * MINUTE_MS;

const rowOf = ({ desk, route, key }: AnswerKey) =>
  and(eq(idempotencyKeys.desk_id, desk), eq(idempotencyKeys.route, route), eq(idempotencyKeys.key, key));

/** Claims the key for this call, or tells what holds it. The insert decides; two callers never both claim. */
export async function claimKey(db: Database, at: AnswerKey, fingerprint: string, now: number) {
  const claimed = await db
    .insert(idempotencyKeys)
    .values({ desk_id: at.desk, route: at.route, key: at.key, fingerprint, created_at: now })
    .onConflictDoUpdate({
      target: [idempotencyKeys.desk_id, idempotencyKeys.route, idempotencyKeys.key],
      set: { fingerprint, status: null, headers: null, body: null, created_at: now },
      setWhere: sql`${idempotencyKeys.created_at} < ${now - KEPT_MS}
        OR (${idempotencyKeys.status} IS NULL AND ${idempotencyKeys.created_at} < ${now - ABANDONED_MS})`,
    })
    .returning({ key: idempotencyKeys.key });
  if (claimed.length > 0) return undefined;
  return (await db.select().from(idempotencyKeys).where(rowOf(at)))[0];
}

export async function storeAnswer(db: Database, at: AnswerKey, answer: StoredAnswer): Promise<void> {
  await db.update(idempotencyKeys).set(answer).where(rowOf(at));
}

/** Frees a key whose call made nothing, so that it can be tried again. */
export async function releaseKey(db: Database, at: AnswerKey): Promise<void> {
  await db.delete(idempotencyKeys).where(and(rowOf(at), isNull(idempotencyKeys.status)));
}

export async function forgetOldKeys(db: Database, now: number): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.created_at, now - KEPT_MS));
}
