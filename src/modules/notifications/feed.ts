import { isoTime } from "../../platform/clock.ts";
import { openObject } from "../../platform/durable-objects.ts";
import type { DeskId, EventId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Notification, selectShownOfEvent } from "./store.ts";

/** A notice as a user's live feed has it. */
export interface FeedItem {
  id: string;
  type: string;
  title: string;
  body: string;
  link: string;
  created_at: string;
}

/** The object of a user on a desk, `desk/user`. It may be told of a notice twice, and knows it by its id. */
export interface FeedApi {
  tell(item: FeedItem): Promise<void>;
}

/** Tells the feeds of all who are shown the event. One that fails is logged and stops nothing: the list has it all. */
export async function tellFeeds(platform: Platform, desk: DeskId, event: EventId): Promise<void> {
  const { cost, db, env, log } = platform;
  if (env.USER_FEED === undefined) return;
  const feeds = env.USER_FEED;
  try {
    const shown = await selectShownOfEvent(db, desk, event);
    const told = await Promise.allSettled(
      shown.map((row) => openObject<FeedApi>(feeds, `${desk}/${row.user_id}`, cost).tell(itemOf(row))),
    );
    const failed = told.filter(({ status }) => status === "rejected");
    if (failed.length > 0) log.warn("feeds were not told", { event, feeds: failed.length, failed });
  } catch (error) {
    log.warn("feeds were not told", { event, error });
  }
}

const itemOf = ({ body, created_at, id, link, title, type }: Notification): FeedItem => ({
  ...{ id, type, title, body, link },
  created_at: isoTime(created_at),
});
