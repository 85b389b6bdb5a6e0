import type { Caller } from "../../http/app-env.ts";
import { SECOND_MS } from "../../platform/clock.ts";
import { randomToken, sha256Hex } from "../../platform/crypto.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Ctx, requirePermission, requirePerson } from "../access/context.ts";
import { insertTicket, redeemTicket } from "../directory/session-store.ts";
import { callerOf } from "./authenticate.ts";

const TICKET_MS = 30 * SECOND_MS;

/** A proof for one socket: good once, for thirty seconds, with the rights that the caller has by then. */
export async function createTicket(ctx: Ctx): Promise<{ ticket: string; expires_at: number }> {
  requirePermission(ctx, "tickets:create");
  const ticket = randomToken();
  const expires_at = ctx.clock.now() + TICKET_MS;
  await insertTicket(ctx.db, {
    hash: await sha256Hex(ticket),
    session_id: requirePerson(ctx),
    user_id: ctx.actor,
    desk_id: ctx.desk,
    expires_at,
  });
  return { ticket, expires_at };
}

export async function callerOfTicket(platform: Platform, ticket: string): Promise<Caller | undefined> {
  const row = await redeemTicket(platform.db, await sha256Hex(ticket), platform.clock.now());
  if (row === undefined) return undefined;
  const claims = { user: row.user_id, session: row.session_id, desk: row.desk_id };
  return await callerOf(platform, claims, `ticket:${row.hash}`);
}
