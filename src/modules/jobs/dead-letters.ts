import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { runBatch } from "../../platform/database.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import type { LetterStatus } from "./dead-letter-policy.ts";
import { type DeadLetter, findDeadLetter, handleLetter, listDeadLetters } from "./dead-letter-store.ts";
import { letterHandled, letterNotFound } from "./errors.ts";

interface LetterQuery {
  status?: LetterStatus | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** The desk's dead letters, the newest first. */
export async function getDeadLetters(ctx: Ctx, query: LetterQuery): Promise<Page<DeadLetter>> {
  requirePermission(ctx, "dead_letters:read");
  return await lettersOf(ctx, ctx.desk, query);
}

/** Those of no desk: what nothing could read, and deliveries whose desk is not known. */
export async function getDesklessLetters(ctx: Ctx, query: LetterQuery): Promise<Page<DeadLetter>> {
  requirePermission(ctx, "platform:read");
  return await lettersOf(ctx, null, query);
}

const SORT = "-created_at";

async function lettersOf(
  { db }: Platform,
  desk: DeskId | null,
  { cursor, limit, status }: LetterQuery,
): Promise<Page<DeadLetter>> {
  const rows = await listDeadLetters(db, desk, status, decodeCursor(SORT, cursor), limit + 1);
  return pageOf(rows, limit, SORT, ({ created_at, id }) => [created_at, id]);
}

export async function getDeadLetter(ctx: Ctx, { id }: { id: string }): Promise<DeadLetter> {
  requirePermission(ctx, "dead_letters:read");
  return await letterOf(ctx, id);
}

/** A letter of the context's desk, by an id that a path names. */
export async function letterOf({ db, desk }: Pick<Ctx, "db" | "desk">, id: string): Promise<DeadLetter> {
  const letter = await findDeadLetter(db, desk, id);
  if (letter === undefined) throw letterNotFound();
  return letter;
}

/** Gives the message up. Once more changes nothing; what was replayed can't be discarded. */
export async function discardDeadLetter(ctx: Ctx, { id }: { id: string }): Promise<void> {
  requirePermission(ctx, "dead_letters:write");
  const letter = await letterOf(ctx, id);
  const won = await runBatch(
    ctx.db,
    handleLetter(ctx.db, ctx.desk, letter.id, "discarded", ctx.actor, ctx.clock.now()),
    auditIfChanged(ctx, { action: "dead_letter.discard", target: letter.id }),
  );
  const now = won ? "discarded" : (await letterOf(ctx, id)).status;
  if (now !== "discarded") throw letterHandled(now);
}
