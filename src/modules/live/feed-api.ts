import { openObject } from "../../platform/durable-objects.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";

/** A notification as its user's feed keeps and sends it; the time is ISO 8601. */
export interface FeedItem {
  id: string;
  type: string;
  title: string;
  body: string;
  link: string | null;
  created_at: string;
}

/** What the feed of a user on a desk offers to whoever has news for them. */
export interface FeedApi {
  /** Tells of a notification, once however often it is called with the same id. */
  tell(item: FeedItem): Promise<void>;
  /** These were read, by whatever way; `all` means every one that there is. */
  markRead(ids: string[] | "all"): Promise<void>;
  /** Keeps nothing of what its user was told. */
  forget(): Promise<void>;
}

/** The feed of a user on a desk; it exists from the first call on. */
export function feedOf({ cost, env }: Pick<Platform, "env" | "cost">, desk: DeskId, user: UserId): FeedApi {
  return openObject<FeedApi>(env.USER_FEED, `${desk}/${user}`, cost);
}
