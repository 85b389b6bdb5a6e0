import { isoTime } from "../../platform/clock.ts";
import type { DeskId, EventId, NotificationId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Ctx } from "../access/context.ts";
import { type FeedItem, feedOf } from "../live/feed-api.ts";
import { type Notification, selectShownOfEvent } from "./store.ts";

/** Tells the feeds of all who are shown the event. One that fails is logged and stops nothing: the list has it all. */
export async function tellFeeds(platform: Platform, desk: DeskId, event: EventId): Promise<void> {
  const { db, log } = platform;
  try {
    const shown = await selectShownOfEvent(db, desk, event);
    const told = await Promise.allSettled(
      shown.map((row) => feedOf(platform, desk, row.user_id).tell(itemOf(row))),
    );
    const failed = told.filter(({ status }) => status === "rejected");
    if (failed.length > 0) log.warn("feeds were not told", { event, feeds: failed.length, failed });
  } catch (error) {
    log.warn("feeds were not told", { event, error });
  }
}

/** Tells the reader's feed, behind the answer, of what they have read here. */
export function tellRead(ctx: Ctx, ids: NotificationId[] | "all"): void {
  ctx.defer(feedOf(ctx, ctx.desk, ctx.actor).markRead(ids));
}

const itemOf = ({ body, created_at, id, link, title, type }: Notification): FeedItem => ({
  ...{ id, type, title, body, link },
  created_at: isoTime(created_at),
});
