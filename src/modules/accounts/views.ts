import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import type { deskSchema, userSchema } from "./schemas.ts";
import type { Desk, User } from "./store.ts";

export function userView(user: User): z.infer<typeof userSchema> {
  const { id, email, username, full_name } = user;
  const email_verified = user.email_verified_at !== null;
  return { id, email, username, full_name, email_verified, created_at: isoTime(user.created_at) };
}

export function deskView({ id, name, plan, created_at }: Desk): z.infer<typeof deskSchema> {
  return { id, name, plan, created_at: isoTime(created_at) };
}
