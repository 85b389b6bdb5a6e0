import { requireVersion } from "../../http/preconditions.ts";
import { versionChanged } from "../../http/problem.ts";
import { runBatch } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { type AuditSource, auditIfChanged } from "../audit/record.ts";
import { moveDigestIfSaved } from "./digest-store.ts";
import { nextDigest, type Preferences } from "./policy.ts";
import { type Chosen, findPreferences, savePreferences } from "./preference-store.ts";
import { dropUnwantedIfSaved } from "./store.ts";

/** How the caller is told of what happens on this desk. */
export async function getPreferences(ctx: Ctx): Promise<Chosen> {
  requirePermission(ctx, "notifications:read");
  return await findPreferences(ctx.db, ctx.desk, ctx.actor);
}

/** Puts another choice in the place of the version that the caller read; what waits for a digest follows it. */
export async function setPreferences(
  ctx: Ctx,
  { chosen, ifMatch }: { chosen: Preferences; ifMatch: string | undefined },
): Promise<Chosen> {
  requirePermission(ctx, "notifications:read");
  const before = await findPreferences(ctx.db, ctx.desk, ctx.actor);
  requireVersion(ifMatch, before.version);
  const after = { ...chosen, version: before.version };
  if (!(await choose(ctx, ctx.actor, before, after, "notification_preferences.update")))
    throw versionChanged();
  return { ...after, version: before.version + 1 };
}

/** Saves a choice over the one that was read, in one batch with all that hangs on it; false where that has changed. */
export async function choose(
  source: AuditSource & { desk: DeskId },
  user: UserId,
  before: Chosen,
  after: Chosen,
  action: string,
): Promise<boolean> {
  const { clock, db, desk } = source;
  const now = clock.now();
  return await runBatch(
    db,
    savePreferences(db, desk, user, after, now),
    auditIfChanged(source, { action, target: user, before, after }),
    dropUnwantedIfSaved(db, desk, user, after),
    moveDigestIfSaved(db, desk, user, after, nextDigest(now, after.digest_hour), now),
  );
}
