import type { DeskId, UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { indexOf } from "./index/open.ts";

/** Forgets how somebody voted on these desks: for a member who left, or an account that is gone. */
export async function forgetVotesOf(platform: Platform, user: UserId, desks: DeskId[]): Promise<void> {
  await Promise.all(desks.map((desk) => indexOf(platform, desk).forgetVotesOf(user)));
}
