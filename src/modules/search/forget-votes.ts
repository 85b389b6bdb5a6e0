import type { DeskId, UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { indexOf } from "./index/open.ts";

/** Forgets how somebody voted on a desk: for a member who is on it no more, or an account that is gone. */
export async function forgetVotesOf(platform: Platform, user: UserId, desk: DeskId): Promise<void> {
  await indexOf(platform, desk).forgetVotesOf(user);
}
