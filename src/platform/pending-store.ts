import { eq, inArray, lt, sql } from "drizzle-orm";
import type { Database, Statement } from "./database.ts";
import { pendingUploads } from "./tables.ts";

export async function addPending(db: Database, object_key: string, created_at: number): Promise<void> {
  await db.insert(pendingUploads).values({ object_key, created_at });
}

/** For the batch that makes the row which the object belongs to: from then on no sweep takes it. */
export const claimObject = (db: Database, key: string): Statement =>
  db.delete(pendingUploads).where(eq(pendingUploads.object_key, key));

/** For the batch that deletes the row which the object belongs to, right after that: the sweep deletes what is left of it. */
export const releaseIfChanged = (db: Database, key: string, now: number): Statement =>
  db.run(sql`INSERT INTO pending_uploads (object_key, created_at) SELECT ${key}, ${now} WHERE changes() > 0`);

export async function oldPending(db: Database, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .select()
    .from(pendingUploads)
    .where(lt(pendingUploads.created_at, before))
    .limit(limit);
  return rows.map(({ object_key }) => object_key);
}

export async function dropPending(db: Database, keys: string[]): Promise<void> {
  if (keys.length > 0) await db.delete(pendingUploads).where(inArray(pendingUploads.object_key, keys));
}
