import {
  and,
  asc,
  between,
  desc,
  eq,
  getTableColumns,
  gte,
  isNotNull,
  isNull,
  lt,
  type SQL,
  sql,
} from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database } from "../../platform/database.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { AuditRow, SealedRow } from "./canonical.ts";
import { auditLog } from "./tables.ts";

export type LoggedRow = typeof auditLog.$inferSelect;

export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  target?: string | undefined;
  /** Milliseconds; from this moment on, and before that one. */
  from?: number | undefined;
  to?: number | undefined;
}

/** The newest first; each of the filters by name reads its own index, and the times are a range of any. */
export async function listAudit(
  db: Database,
  desk: DeskId,
  filter: AuditFilter,
  after: Position | undefined,
  limit: number,
): Promise<LoggedRow[]> {
  const where: (SQL | undefined)[] = [eq(auditLog.desk_id, desk)];
  for (const name of ["actor", "action", "target"] as const) {
    if (filter[name] !== undefined) where.push(eq(auditLog[name], filter[name]));
  }
  if (filter.from !== undefined) where.push(gte(auditLog.at, filter.from));
  if (filter.to !== undefined) where.push(lt(auditLog.at, filter.to));
  if (after !== undefined) where.push(sql`(${auditLog.at}, ${auditLog.id}) < (${after[0]}, ${after[1]})`);
  return await db
    .select()
    .from(auditLog)
    .where(and(...where))
    .orderBy(desc(auditLog.at), desc(auditLog.id))
    .limit(limit);
}

/** A row that has lost its number and kept its hash is no new one: it was sealed once, and is missed where it stood. */
const unsealed = and(isNull(auditLog.seq), isNull(auditLog.hash));

/** The desk's rows that wait for their place in the chain, the oldest first. */
export async function unsealedRows(db: Database, desk: DeskId, limit: number): Promise<AuditRow[]> {
  return await db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.desk_id, desk), unsealed))
    .orderBy(asc(auditLog.at), asc(auditLog.id))
    .limit(limit);
}

export interface Seal {
  id: string;
  seq: number;
  hash: string;
  signature: string | null;
}

/**
 * Writes the places of rows; to do it again changes nothing. A row whose place was taken by hand stays unsealed and
 * gets another one in the next round: the verification finds who took it. The pluses keep SQLite from looking through
 * all that waits for each row, in place of one look by id.
 */
export async function sealRows(db: Database, desk: DeskId, seals: Seal[]): Promise<void> {
  await db.run(sql`
    UPDATE OR IGNORE audit_log SET seq = seal.seq, hash = seal.hash, signature = seal.signature
    FROM (SELECT value ->> 'id' AS id, value ->> 'seq' AS seq, value ->> 'hash' AS hash,
      value ->> 'signature' AS signature FROM json_each(${JSON.stringify(seals)})) AS seal
    WHERE audit_log.id = seal.id AND +audit_log.desk_id = ${desk} AND +audit_log.seq IS NULL`);
}

const sealedColumns = { ...getTableColumns(auditLog), seq: sql<number>`${auditLog.seq}`.as("seq") };

/** Places that are read at once, and the most rows that are then taken: an honest chain has one for each. */
export const PAGE_PLACES = 1_000;
const MAX_PAGE_ROWS = 2 * PAGE_PLACES;

/**
 * The rows with these places, at most a page of them, in their order. Asked for by place and not by count, so that of
 * two rows with one place neither falls between two pages.
 */
export async function sealedRows(db: Database, desk: DeskId, from: number, to: number): Promise<SealedRow[]> {
  return await db
    .select(sealedColumns)
    .from(auditLog)
    .where(and(eq(auditLog.desk_id, desk), between(auditLog.seq, from, to)))
    .orderBy(asc(auditLog.seq))
    .limit(MAX_PAGE_ROWS);
}

export async function findSealed(db: Database, desk: DeskId, seq: number): Promise<SealedRow | undefined> {
  return (await sealedRows(db, desk, seq, seq))[0];
}

/** The row with the highest place, whatever put it there. */
export async function lastSealed(db: Database, desk: DeskId): Promise<SealedRow | undefined> {
  const rows = await db
    .select(sealedColumns)
    .from(auditLog)
    .where(and(eq(auditLog.desk_id, desk), isNotNull(auditLog.seq)))
    .orderBy(desc(auditLog.seq))
    .limit(1);
  return rows[0];
}

/** The places of rows that stand outside the chain: before its beginning or behind its head. */
export async function placesOutside(
  db: Database,
  desk: DeskId,
  head_seq: number,
  limit: number,
): Promise<number[]> {
  const outside = (side: SQL) =>
    db
      .select({ seq: sql<number>`${auditLog.seq}`.as("seq") })
      .from(auditLog)
      .where(and(eq(auditLog.desk_id, desk), side))
      .orderBy(asc(auditLog.seq))
      .limit(limit);
  const before = await outside(lt(auditLog.seq, 1));
  const behind = await outside(sql`${auditLog.seq} > ${head_seq}`);
  return [...before, ...behind].map(({ seq }) => seq);
}

/** Desks with rows that wait, found by one index entry each. */
export async function desksWaiting(db: Database, limit: number): Promise<DeskId[]> {
  const rows = await db.all<{ desk_id: DeskId }>(sql`
    WITH RECURSIVE waiting (desk_id) AS (
      SELECT min(desk_id) FROM audit_log WHERE seq IS NULL
      UNION ALL
      SELECT (SELECT min(desk_id) FROM audit_log WHERE seq IS NULL AND desk_id > waiting.desk_id)
      FROM waiting WHERE waiting.desk_id IS NOT NULL
    )
    SELECT desk_id FROM waiting WHERE desk_id IS NOT NULL LIMIT ${limit}`);
  return rows.map(({ desk_id }) => desk_id);
}
