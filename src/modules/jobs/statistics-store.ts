import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, queryBatch, type Statement } from "../../platform/database.ts";
import type { DeskId } from "../../platform/ids.ts";
import { JOB_STATUSES, type JobStatus } from "./policy.ts";

const unfinished = z.object({
  status: z.enum(JOB_STATUSES),
  type: z.string(),
  jobs: z.number(),
  oldest: z.number(),
});

const UNFINISHED = ["queued", "running", "paused", "cancelling"] as const satisfies JobStatus[];

/** Unfinished jobs by status and type, each counted no further than `most`, with when the oldest was made. */
export async function countUnfinished(db: Database, desk: DeskId, most: number) {
  const [first, ...others] = UNFINISHED;
  const of = (status: JobStatus) => unfinishedOf(db, desk, status, most);
  const answers = await queryBatch(db, of(first), ...others.map(of));
  return z.array(unfinished).parse(answers.flat());
}

/** Steps from type to type along `jobs_unfinished`, and so reads no more of each than it counts. */
function unfinishedOf(db: Database, desk: DeskId, status: JobStatus, most: number): Statement {
  const open = sql`desk_id = ${desk} AND status = ${status} AND finished_at IS NULL`;
  return db.run(sql`
    WITH RECURSIVE kinds (type) AS (
      SELECT min(type) FROM jobs WHERE ${open}
      UNION ALL
      SELECT (SELECT min(type) FROM jobs WHERE ${open} AND type > kinds.type) FROM kinds WHERE type IS NOT NULL)
    SELECT ${status} AS status, type,
      (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE ${open} AND jobs.type = kinds.type LIMIT ${most})) AS jobs,
      (SELECT min(created_at) FROM jobs WHERE ${open} AND jobs.type = kinds.type) AS oldest
    FROM kinds WHERE type IS NOT NULL`);
}

const counted = z.object({
  slot: z.number(),
  type: z.string(),
  status: z.string(),
  measure: z.enum(["wait", "run"]),
  bucket: z.number(),
  jobs: z.number(),
  total_ms: z.number(),
  /** Of how many rows it was put together, and whether they are of the oldest hour that was read. */
  parts: z.number(),
  edge: z.number(),
  first_hour: z.number(),
});

/**
 * Ends from one hour to before another in intervals of so many hours, from no more than the `most` newest rows. The
 * division is cut, because a bound number is a float to D1.
 */
export async function selectEnds(
  db: Database,
  desk: DeskId,
  [from, to]: [number, number],
  hours: number,
  most: number,
) {
  const rows = await queryBatch(
    db,
    db.run(sql`
      SELECT CAST(hour / ${hours} AS INTEGER) AS slot, type, status, measure, bucket, sum(jobs) AS jobs, sum(total_ms) AS total_ms,
        count(*) AS parts, edge, min(hour) AS first_hour
      FROM (SELECT *, hour = min(hour) OVER () AS edge FROM (
        SELECT * FROM job_statistics WHERE desk_id = ${desk} AND hour >= ${from} AND hour < ${to}
        ORDER BY hour DESC LIMIT ${most}))
      GROUP BY slot, type, status, measure, bucket, edge`),
  );
  return z.array(counted).parse(rows[0]);
}

/** Forgets some of the oldest hours' rows; `runBatch` tells whether there were any. */
export const forgetStatistics = (db: Database, before_hour: number, limit: number): Statement =>
  db.run(sql`
    DELETE FROM job_statistics WHERE (desk_id, hour, type, status, measure, bucket) IN (
      SELECT desk_id, hour, type, status, measure, bucket FROM job_statistics WHERE hour < ${before_hour}
      LIMIT ${limit})`);
