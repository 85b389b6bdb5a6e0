import { and, desc, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, FileId } from "../../platform/ids.ts";
import { type Purpose, REMEMBERED_MS } from "./policy.ts";
import { files } from "./tables.ts";

export type FileRow = typeof files.$inferSelect;

/** The file whatever its state; `standingOf` says what may be told of it. */
export async function findFile(db: Database, desk: DeskId, id: string): Promise<FileRow | undefined> {
  const own = and(eq(files.desk_id, desk), sql`${files.id} = ${id}`);
  return (await db.select().from(files).where(own).limit(1))[0];
}

/** The files that have not ended, the newest first: all live equally long, so that the order of their end says it. */
export async function listFiles(
  db: Database,
  desk: DeskId,
  purpose: Purpose | undefined,
  now: number,
  after: Position | undefined,
  limit: number,
): Promise<FileRow[]> {
  const rows = await db
    .select()
    .from(files)
    .where(
      and(
        eq(files.desk_id, desk),
        isNull(files.deleted_at),
        purpose && eq(files.purpose, purpose),
        after && sql`(${files.expires_at}, ${files.id}) < (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(desc(files.expires_at), desc(files.id))
    .limit(limit);
  // Cut here and not in SQL: with bounds at both ends SQLite takes the index without the purpose.
  return rows.filter(({ expires_at }) => expires_at > now);
}

/**
 * The row of a file, or what it is after having been written again: one row for each id, and none for a file that
 * somebody has deleted, nor for the id of another desk's.
 */
export const putFile = (db: Database, row: FileRow): Statement => {
  const { desk_id, id, ...written } = row;
  return db
    .insert(files)
    .values(row)
    .onConflictDoUpdate({
      target: files.id,
      set: written,
      setWhere: sql`${files.desk_id} = ${desk_id} AND ${files.deleted_at} IS NULL`,
    });
};

/** Leaves the object that is about to be replaced to the sweep of objects that nobody claims. */
export const releaseObject = (db: Database, desk: DeskId, id: FileId, now: number): Statement =>
  db.run(sql`
    INSERT OR IGNORE INTO pending_uploads (object_key, created_at)
    SELECT object_key, ${now} FROM files
    WHERE id = ${id} AND desk_id = ${desk} AND object_key IS NOT NULL AND deleted_at IS NULL`);

/** Claims an object for the file that has come to name it; otherwise the object stays for the sweep. */
export const claimNamedObject = (db: Database, desk: DeskId, id: FileId, key: string): Statement =>
  db.run(sql`
    DELETE FROM pending_uploads WHERE object_key = ${key}
    AND EXISTS (SELECT 1 FROM files WHERE id = ${id} AND desk_id = ${desk} AND object_key = ${key})`);

/** Ends a file for good, unless it has ended already; what its object is, the sweep is told to delete. */
export const deleteFileRow = (db: Database, desk: DeskId, id: FileId, now: number): Statement =>
  db
    .update(files)
    .set({ deleted_at: now, sweep_at: now })
    .where(
      and(eq(files.desk_id, desk), eq(files.id, id), isNull(files.deleted_at), gt(files.expires_at, now)),
    );

export type SweptFile = Pick<FileRow, "id" | "object_key">;

/** The files of all desks about which there is something to do, the longest waiting first. */
export const filesToSweep = (db: Database, now: number, limit: number): Promise<SweptFile[]> =>
  db
    .select({ id: files.id, object_key: files.object_key })
    .from(files)
    .where(lte(files.sweep_at, now))
    .orderBy(files.sweep_at)
    .limit(limit);

/** Notes that these objects are deleted; a file that was written again meanwhile has another one. */
export const objectsDeleted = (db: Database, swept: SweptFile[]): Statement =>
  db.run(sql`
    UPDATE files SET object_key = NULL, sweep_at = expires_at + ${REMEMBERED_MS}
    WHERE ${isOneOf(swept)} AND object_key IN (SELECT value ->> 'object_key' FROM json_each(${JSON.stringify(swept)}))`);

/** Forgets rows that have nothing left, unless one was written again meanwhile. */
export const forgetFiles = (db: Database, swept: SweptFile[], now: number): Statement =>
  db.run(sql`DELETE FROM files WHERE ${isOneOf(swept)} AND object_key IS NULL AND sweep_at <= ${now}`);

const isOneOf = (swept: SweptFile[]) =>
  sql`id IN (SELECT value ->> 'id' FROM json_each(${JSON.stringify(swept)}))`;
