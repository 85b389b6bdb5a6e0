import type { DeskId, UserId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { forgetVotesOf } from "../forget-votes.ts";
import { journalOf } from "./open.ts";

/**
 * Forgets what somebody searched for on these desks and how they rated it: for an account that is gone. What can't be
 * reached stops nothing else; what a journal still has goes within 30 days.
 */
export async function forgetSearchesOf(platform: Platform, user: UserId, desks: DeskId[]): Promise<void> {
  const forgotten = await Promise.allSettled(
    desks.flatMap((desk) => [journalOf(platform, desk).forget(user), forgetVotesOf(platform, user, desk)]),
  );
  for (const outcome of forgotten) if (outcome.status === "rejected") throw outcome.reason;
}
