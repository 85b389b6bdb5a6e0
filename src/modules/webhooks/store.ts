import { and, desc, eq, type InferSelectModel, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId } from "../../platform/ids.ts";
import { webhooks } from "./tables.ts";

export type Webhook = InferSelectModel<typeof webhooks>;
export type DisabledReason = NonNullable<Webhook["disabled_reason"]>;

/** A webhook, unless the desk has that many. */
export const insertWebhookUpTo = (db: Database, row: Webhook, max: number): Statement =>
  db.run(sql`
    INSERT INTO webhooks (id, desk_id, url, description, events, enabled, secret, created_by, created_at, updated_at,
      version)
    SELECT ${row.id}, ${row.desk_id}, ${row.url}, ${row.description}, ${JSON.stringify(row.events)}, 1, ${row.secret},
      ${row.created_by}, ${row.created_at}, ${row.updated_at}, ${row.version}
    WHERE (SELECT count(*) FROM webhooks WHERE desk_id = ${row.desk_id}) < ${max}`);

export async function findWebhook(db: Database, desk: DeskId, id: string): Promise<Webhook | undefined> {
  const own = and(eq(webhooks.desk_id, desk), sql`${webhooks.id} = ${id}`);
  return (await db.select().from(webhooks).where(own).limit(1))[0];
}

/** The webhooks of a desk, the newest first. */
export const selectWebhooks = (
  db: Database,
  desk: DeskId,
  after: Position | undefined,
  limit: number,
): Promise<Webhook[]> =>
  db
    .select()
    .from(webhooks)
    .where(
      and(
        eq(webhooks.desk_id, desk),
        after && sql`(${webhooks.created_at}, ${webhooks.id}) < (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(desc(webhooks.created_at), desc(webhooks.id))
    .limit(limit);

const asRead = ({ desk_id, id, version }: Webhook) =>
  and(eq(webhooks.desk_id, desk_id), eq(webhooks.id, id), eq(webhooks.version, version));

type Change = Pick<Webhook, "version" | "updated_at"> & Partial<Webhook>;

/** Changes a webhook, only from the version that was read. */
export const updateWebhook = (db: Database, from: Webhook, to: Change): Statement =>
  db.update(webhooks).set(to).where(asRead(from));

/** What waits for it is discarded as it comes due, and its log goes with its age. */
export const deleteWebhook = (db: Database, row: Webhook): Statement =>
  db.delete(webhooks).where(and(eq(webhooks.desk_id, row.desk_id), eq(webhooks.id, row.id)));

/** Keeps when the first of its failures was, if the statement before it changed a row. */
export const markFailingIfChanged = (db: Database, desk: DeskId, id: string, now: number): Statement =>
  db.run(sql`
    UPDATE webhooks SET failing_since = ${now}
    WHERE desk_id = ${desk} AND id = ${id} AND failing_since IS NULL AND changes() > 0`);

/** Forgets its failures, if the statement before it changed a row. */
export const clearFailingIfChanged = (db: Database, desk: DeskId, id: string): Statement =>
  db.run(sql`
    UPDATE webhooks SET failing_since = NULL
    WHERE desk_id = ${desk} AND id = ${id} AND failing_since IS NOT NULL AND changes() > 0`);

export interface Disabling {
  reason: DisabledReason;
  /** Where the attempt went: a webhook that points elsewhere by now is not to blame. */
  url: string;
  now: number;
  /** Only where nothing has come through since this; undefined disables in any case. */
  failing_before: number | undefined;
}

/** Disables a webhook that is enabled, on account of this attempt at a delivery, unless a later one has taken over. */
export const disableWebhook = (
  db: Database,
  desk: DeskId,
  { attempts, id, webhook_id }: { id: string; webhook_id: string; attempts: number },
  { failing_before, now, reason, url }: Disabling,
): Statement =>
  db.run(sql`
    UPDATE webhooks SET enabled = 0, disabled_reason = ${reason}, updated_at = ${now}, version = version + 1
    WHERE desk_id = ${desk} AND id = ${webhook_id} AND enabled = 1 AND url = ${url}
      AND (${failing_before ?? null} IS NULL OR failing_since <= ${failing_before ?? null})
      AND EXISTS (SELECT 1 FROM webhook_deliveries AS fenced
        WHERE fenced.id = ${id} AND fenced.status = 'queued' AND fenced.attempts = ${attempts})`);
