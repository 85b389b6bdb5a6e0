import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { runBatch } from "../../platform/database.ts";
import { type Ctx, requirePerson } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { changeStanding } from "../directory/callers.ts";
import {
  findOwnSession,
  listSessions,
  nameSession,
  revokeAllSessions,
  revokeOtherSessions,
  revokeSession,
  type Session,
} from "../directory/session-store.ts";
import { sessionNotFound } from "./errors.ts";

const SORT = "-created_at";

/** The caller's sessions in force, the newest first; borrowed views of theirs are among them. */
export async function mySessions(
  ctx: Ctx,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<Session>> {
  requirePerson(ctx);
  const after = decodeCursor(SORT, query.cursor);
  const rows = await listSessions(ctx.db, ctx.actor, ctx.clock.now(), after, query.limit + 1);
  return pageOf<Session>(rows, query.limit, SORT, (session) => [session.created_at, session.id]);
}

async function ownSession(ctx: Ctx, id: string): Promise<Session> {
  const session = await findOwnSession(ctx.db, ctx.actor, id, ctx.clock.now());
  if (session === undefined) throw sessionNotFound();
  return session;
}

/** Gives one of the caller's sessions a name that they know it by. */
export async function renameSession(
  ctx: Ctx,
  { id, name }: { id: string; name: string | null },
): Promise<Session> {
  requirePerson(ctx);
  const session = await ownSession(ctx, id);
  const named = await runBatch(
    ctx.db,
    nameSession(ctx.db, ctx.actor, session.id, name, ctx.clock.now()),
    auditIfChanged(ctx, {
      action: "session.rename",
      target: session.id,
      before: { name: session.name },
      after: { name },
    }),
  );
  if (!named) throw sessionNotFound();
  return { ...session, name };
}

export async function endSession(ctx: Ctx, { id }: { id: string }): Promise<void> {
  requirePerson(ctx);
  const session = await ownSession(ctx, id);
  await changeStanding(
    ctx,
    [session.id],
    revokeSession(ctx.db, session.id, "ended", ctx.clock.now()),
    auditIfChanged(ctx, { action: "session.end", target: session.id }),
  );
}

/** Ends every session of the caller but the one that they speak through. */
export async function endOtherSessions(ctx: Ctx): Promise<void> {
  const session = requirePerson(ctx);
  await changeStanding(
    ctx,
    [ctx.actor],
    revokeOtherSessions(ctx.db, ctx.actor, session, "ended", ctx.clock.now()),
    auditIfChanged(ctx, { action: "session.end_others", target: ctx.actor }),
  );
}

/** Ends every session of the caller, this one included. */
export async function logOutEverywhere(ctx: Ctx): Promise<void> {
  requirePerson(ctx);
  await changeStanding(
    ctx,
    [ctx.actor],
    revokeAllSessions(ctx.db, ctx.actor, "logged_out", ctx.clock.now()),
    auditIfChanged(ctx, { action: "session.end_all", target: ctx.actor }),
  );
}
