import type { DeskId, UserId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { journalOf } from "./open.ts";

/** Forgets what somebody searched for on these desks: for an account that is gone. */
export async function forgetSearchesOf(platform: Platform, user: UserId, desks: DeskId[]): Promise<void> {
  for (const desk of desks) await journalOf(platform, desk).forget(user);
}
