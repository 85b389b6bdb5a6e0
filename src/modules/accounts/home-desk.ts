import { runBatch } from "../../platform/database.ts";
import { type DeskId, newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { audit } from "../audit/record.ts";
import { type Desk, insertDesk, insertMember } from "../directory/desk-store.ts";
import type { User } from "../directory/user-store.ts";
import { type Origin, sourceOf } from "./open-session.ts";

/** The desk that somebody has for themselves, on the deployment's plan for new ones. */
export function newHomeDesk({ settings }: Platform, username: string, now: number): Desk {
  return {
    id: newId("dsk"),
    name: `${username}'s desk`,
    plan: settings.DEFAULT_PLAN,
    created_at: now,
    updated_at: now,
    version: 1,
    closed_at: null,
  };
}

/** A new desk for somebody who was removed from the last one that they had: every user has one. */
export async function openHomeDesk(
  platform: Platform,
  from: Origin,
  { id, username }: User,
): Promise<DeskId> {
  const { clock, db } = platform;
  const now = clock.now();
  const desk = newHomeDesk(platform, username, now);
  await runBatch(
    db,
    insertDesk(db, desk),
    insertMember(db, { desk_id: desk.id, user_id: id, role: "admin", created_at: now }),
    audit(sourceOf(platform, from, desk.id, id), { action: "desk.create", target: desk.id }),
  );
  return desk.id;
}
