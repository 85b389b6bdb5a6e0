import { and, desc, eq, sql } from "drizzle-orm";
import type { Position } from "../../../http/lists.ts";
import type { Database, Statement } from "../../../platform/database.ts";
import type { DeskId } from "../../../platform/ids.ts";
import { datasets } from "./tables.ts";

export type Dataset = typeof datasets.$inferSelect;

export const insertDataset = (db: Database, dataset: Dataset): Statement =>
  db.insert(datasets).values(dataset);

export async function findDataset(db: Database, desk: DeskId, id: string): Promise<Dataset | undefined> {
  const own = and(eq(datasets.desk_id, desk), sql`${datasets.id} = ${id}`);
  return (await db.select().from(datasets).where(own).limit(1))[0];
}

/** The set that was made of the same. */
export async function findByFingerprint(
  db: Database,
  desk: DeskId,
  fingerprint: string,
): Promise<Dataset | undefined> {
  const same = and(eq(datasets.desk_id, desk), eq(datasets.fingerprint, fingerprint));
  return (await db.select().from(datasets).where(same).limit(1))[0];
}

/** The newest first. */
export async function listDatasets(
  db: Database,
  desk: DeskId,
  after: Position | undefined,
  limit: number,
): Promise<Dataset[]> {
  const older =
    after === undefined
      ? undefined
      : sql`(${datasets.created_at}, ${datasets.id}) < (${after[0]}, ${after[1]})`;
  return await db
    .select()
    .from(datasets)
    .where(and(eq(datasets.desk_id, desk), older))
    .orderBy(desc(datasets.created_at), desc(datasets.id))
    .limit(limit);
}

export const deleteDatasetRow = (db: Database, { desk_id, id }: Dataset): Statement =>
  db.delete(datasets).where(and(eq(datasets.desk_id, desk_id), eq(datasets.id, id)));
