import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import { DEFAULTS, type Preferences } from "./policy.ts";
import { notificationPreferences } from "./tables.ts";

/** Somebody's choices, and how often they have changed: never is 0. */
export interface Chosen extends Preferences {
  version: number;
}

const UNCHOSEN: Chosen = { ...DEFAULTS, version: 0 };

/** What these members of a desk have chosen; for a kind that is younger than their choice, its default. */
export async function findAllPreferences(
  db: Database,
  desk: DeskId,
  users: UserId[],
): Promise<(user: UserId) => Chosen> {
  const rows = await db
    .select()
    .from(notificationPreferences)
    .where(and(eq(notificationPreferences.desk_id, desk), inArray(notificationPreferences.user_id, users)));
  const chosen = new Map(
    rows.map(({ digest_hour, kinds, user_id, version }) => [
      user_id,
      { kinds: { ...DEFAULTS.kinds, ...kinds }, digest_hour, version },
    ]),
  );
  return (user) => chosen.get(user) ?? UNCHOSEN;
}

export async function findPreferences(db: Database, desk: DeskId, user: UserId): Promise<Chosen> {
  return (await findAllPreferences(db, desk, [user]))(user);
}

/** Puts a choice in the place of the version that was read. */
export const savePreferences = (
  db: Database,
  desk: DeskId,
  user: UserId,
  { digest_hour, kinds, version }: Chosen,
  now: number,
): Statement =>
  db.run(sql`
    INSERT INTO notification_preferences (desk_id, user_id, kinds, digest_hour, version, updated_at)
    SELECT ${desk}, ${user}, ${JSON.stringify(kinds)}, ${digest_hour}, ${version + 1}, ${now}
    WHERE ${version} = ifnull((
      SELECT version FROM notification_preferences WHERE desk_id = ${desk} AND user_id = ${user}), 0)
    ON CONFLICT (desk_id, user_id) DO UPDATE SET
      kinds = excluded.kinds, digest_hour = excluded.digest_hour, version = excluded.version, updated_at = ${now}`);

export const forgetPreferences = (db: Database, desk: DeskId, user: UserId): Statement =>
  db
    .delete(notificationPreferences)
    .where(and(eq(notificationPreferences.desk_id, desk), eq(notificationPreferences.user_id, user)));

/** Whether the batch in which this stands has put the choice in the place of the one before it. */
export const isSaved = (desk: DeskId, user: UserId, { kinds, version }: Chosen): SQL => sql`EXISTS (
  SELECT 1 FROM notification_preferences WHERE desk_id = ${desk} AND user_id = ${user}
    AND version = ${version + 1} AND kinds = ${JSON.stringify(kinds)})`;
