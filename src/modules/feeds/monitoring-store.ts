import { sql } from "drizzle-orm";
import { DAY_MS, MINUTE_MS } from "../../platform/clock.ts";
import { type Database, queryBatch } from "../../platform/database.ts";

/** No figure counts further, so that a look costs the same however much there is. */
export const MAX_COUNTED = 10_000;

export interface Figures {
  jobs: {
    unfinished: { status: string; priority: string; count: number }[];
    /** When the job that waits longest was made, in ms. */
    oldest_queued_at: number | null;
    ended_last_minute: { status: string; count: number }[];
  };
  deliveries: { events_waiting: number; mails_waiting: number };
  dead_letters: { last_day: number };
}

/** The platform's figures in one round, each by an index and of at most `MAX_COUNTED` rows. */
export async function readFigures(db: Database, now: number): Promise<Figures> {
  const [unfinished, oldest, ended, events, mails, dead] = await queryBatch(
    db,
    db.run(sql`SELECT status, priority, count(*) AS count FROM
        (SELECT status, priority FROM jobs WHERE status IN ('queued', 'running', 'paused', 'cancelling')
         LIMIT ${MAX_COUNTED}) GROUP BY status, priority ORDER BY status, priority`),
    db.run(sql`SELECT created_at AS at FROM jobs WHERE status IN ('queued', 'running', 'paused', 'cancelling')
        AND status = 'queued' ORDER BY created_at LIMIT 1`),
    db.run(sql`SELECT status, count(*) AS count FROM
        (SELECT status FROM jobs WHERE finished_at IS NOT NULL AND finished_at > ${now - MINUTE_MS}
         LIMIT ${MAX_COUNTED}) GROUP BY status ORDER BY status`),
    db.run(
      sql`SELECT count(*) AS count FROM (SELECT 1 FROM events WHERE published_at IS NULL LIMIT ${MAX_COUNTED})`,
    ),
    db.run(
      sql`SELECT count(*) AS count FROM (SELECT 1 FROM mails WHERE status = 'queued' LIMIT ${MAX_COUNTED})`,
    ),
    db.run(sql`SELECT count(*) AS count FROM
        (SELECT 1 FROM dead_letters WHERE created_at > ${now - DAY_MS} LIMIT ${MAX_COUNTED})`),
  );
  const at = oldest?.[0]?.at;
  return {
    jobs: {
      unfinished: rowsOf(unfinished).map(({ count, priority, status }) => ({
        status: String(status),
        priority: String(priority),
        count: Number(count),
      })),
      oldest_queued_at: typeof at === "number" ? at : null,
      ended_last_minute: rowsOf(ended).map(({ count, status }) => ({
        status: String(status),
        count: Number(count),
      })),
    },
    deliveries: { events_waiting: countIn(events), mails_waiting: countIn(mails) },
    dead_letters: { last_day: countIn(dead) },
  };
}

type Rows = Record<string, unknown>[] | undefined;
const rowsOf = (rows: Rows) => rows ?? [];
const countIn = (rows: Rows): number => Number(rows?.[0]?.count ?? 0);
