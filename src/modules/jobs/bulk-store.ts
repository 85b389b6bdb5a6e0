import { and, asc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../platform/database.ts";
import type { DeskId, JobId } from "../../platform/ids.ts";
import type { BulkFilter } from "./bulk-policy.ts";
import type { BulkPosition } from "./bulk-run.ts";
import { jobs } from "./tables.ts";

const candidate = {
  id: jobs.id,
  type: jobs.type,
  status: jobs.status,
  priority: jobs.priority,
  tags: jobs.tags,
  requested: jobs.requested,
  retried_as: jobs.retried_as,
  created_at: jobs.created_at,
};

/**
 * Jobs that somebody asked for, the oldest first, between two positions. Of the filter it takes what has an index, by
 * status or else by type, so that a page reads no more rows than it answers; the rest is the caller's.
 */
export async function walkJobs(
  db: Database,
  desk: DeskId,
  { status, type }: BulkFilter,
  after: BulkPosition,
  before: BulkPosition,
  limit: number,
) {
  const where: (SQL | undefined)[] = [eq(jobs.desk_id, desk), isNull(jobs.parent_id)];
  if (status !== null) where.push(eq(jobs.status, status));
  else if (type !== null) where.push(eq(jobs.type, type));
  const rows = await db
    .select(candidate)
    .from(jobs)
    .where(and(...where, sql`(${jobs.created_at}, ${jobs.id}) > (${after[0]}, ${after[1]})`))
    .orderBy(asc(jobs.created_at), asc(jobs.id))
    .limit(limit);
  // Cut here and not in SQL: with bounds at both ends SQLite takes the index without the filter.
  return rows.filter(
    ({ created_at, id }) => created_at < before[0] || (created_at === before[0] && id < before[1]),
  );
}

/** Those of the jobs that are on the desk. */
export async function findCandidates(db: Database, desk: DeskId, ids: JobId[]) {
  return await db
    .select(candidate)
    .from(jobs)
    .where(and(eq(jobs.desk_id, desk), inArray(jobs.id, ids)));
}
