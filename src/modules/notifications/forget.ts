import { runBatch } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { feedOf } from "../live/feed-api.ts";
import { forgetDigest } from "./digest-store.ts";
import { forgetPreferences } from "./preference-store.ts";
import { forgetReader } from "./store.ts";

/** Forgets what somebody was told on these desks, and how they wanted it: for an account that is gone. */
export async function forgetNotificationsOf(
  platform: Platform,
  user: UserId,
  desks: DeskId[],
): Promise<void> {
  const { db } = platform;
  for (const desk of desks) {
    await runBatch(
      db,
      forgetReader(db, desk, user),
      forgetPreferences(db, desk, user),
      forgetDigest(db, desk, user),
    );
    await feedOf(platform, desk, user).forget();
  }
}
