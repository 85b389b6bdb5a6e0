import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { isId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { findUserDetail, type UserDetail } from "../directory/administration-store.ts";
import {
  listUsersByAge,
  searchPosition,
  searchUsers,
  type UserFilter,
} from "../directory/user-list-store.ts";
import { findUser, type User } from "../directory/user-store.ts";
import { userNotFound } from "./errors.ts";

const BY_AGE = "-created_at";
const BY_NAME = "name";

interface UserQuery extends UserFilter {
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** All users of the platform: the newest first, or by name where the beginning of one is asked for. */
export async function getUsers(ctx: Ctx, { cursor, limit, q, ...filter }: UserQuery): Promise<Page<User>> {
  requirePermission(ctx, "platform:read");
  if (q === undefined) {
    const rows = await listUsersByAge(ctx.db, filter, decodeCursor(BY_AGE, cursor), limit + 1);
    return pageOf(rows, limit, BY_AGE, ({ created_at, id }) => [created_at, id]);
  }
  const prefix = q.toLowerCase();
  const rows = await searchUsers(ctx.db, prefix, filter, decodeCursor(BY_NAME, cursor), limit + 1);
  return pageOf(rows, limit, BY_NAME, (user) => searchPosition(user, prefix));
}

export async function getUser(ctx: Ctx, { id }: { id: string }): Promise<UserDetail> {
  requirePermission(ctx, "platform:read");
  return await detailOf(ctx, id);
}

export async function detailOf({ clock, db }: Platform, id: string): Promise<UserDetail> {
  const detail = isId("usr", id) ? await findUserDetail(db, id, clock.now()) : undefined;
  if (detail === undefined) throw userNotFound();
  return detail;
}

/** The user that a path names; a malformed id is nobody's. */
export async function userOf({ db }: Platform, id: string): Promise<User> {
  const user = isId("usr", id) ? await findUser(db, id) : undefined;
  if (user === undefined) throw userNotFound();
  return user;
}
