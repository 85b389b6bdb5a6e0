import type { Database } from "../../platform/database.ts";
import type { UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";

export async function hasSecondFactor(_db: Database, _user: UserId): Promise<boolean> {
  return false;
}
export async function takeCode(_platform: Platform, _user: UserId, _code: string): Promise<boolean> {
  return false;
}
