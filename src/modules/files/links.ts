import { contentAnswer } from "../../http/content.ts";
import { runBatch } from "../../platform/database.ts";
import { type DeskId, type FileId, isId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { proofToken, subjectOfProofToken } from "../../platform/proof-token.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { audit } from "../audit/record.ts";
import { linkExpired, linkNotFound } from "./errors.ts";
import { endOfLink } from "./policy.ts";
import { contentOf, liveFile } from "./read.ts";

const PURPOSE = "download";

interface Link {
  /** Named so that the file is looked for on its own desk alone. */
  desk: DeskId;
  file: FileId;
  expires_at: number;
}

/** A link that opens one file to whoever has it, until it expires or the file ends. Nothing of it is kept. */
export async function createLink(
  ctx: Ctx,
  { expires_in_s, id }: { id: string; expires_in_s: number },
): Promise<{ url: string; expires_at: number }> {
  requirePermission(ctx, "files:write");
  const file = await liveFile(ctx, ctx.desk, id);
  const expires_at = endOfLink(file, expires_in_s, ctx.clock.now());
  await runBatch(ctx.db, audit(ctx, { action: "file.link", target: file.id, after: { expires_at } }));
  const token = await tokenOf(ctx, { desk: ctx.desk, file: file.id, expires_at });
  return { url: `${ctx.settings.PUBLIC_ORIGIN}/downloads/${token}`, expires_at };
}

/** The file behind a link. A token that is not ours costs one HMAC, whatever is wrong with it, and no look-up. */
export async function followLink(platform: Platform, token: string, request: Headers): Promise<Response> {
  const link = await linkOf(platform, token);
  if (link === undefined) throw linkNotFound();
  if (platform.clock.now() >= link.expires_at) throw linkExpired();
  const file = await liveFile(platform, link.desk, link.file, linkNotFound);
  const answer = await contentAnswer(platform.files, contentOf(file), request, "no-store");
  if (answer === undefined) throw linkNotFound();
  return answer;
}

const tokenOf = ({ settings }: Platform, { desk, expires_at, file }: Link): Promise<string> =>
  proofToken(settings.TOKEN_SECRET, PURPOSE, `${desk}~${file}~${expires_at.toString(36)}`);

async function linkOf({ settings }: Platform, token: string): Promise<Link | undefined> {
  const subject = await subjectOfProofToken(settings.TOKEN_SECRET, PURPOSE, token);
  const [desk = "", file = "", end = ""] = subject?.split("~") ?? [];
  return isId("dsk", desk) && isId("fil", file)
    ? { desk, file, expires_at: Number.parseInt(end, 36) }
    : undefined;
}
