import { requireVersion } from "../../http/preconditions.ts";
import { versionChanged } from "../../http/problem.ts";
import { type Ctx, requirePerson, requireProvenPerson } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { changeStanding } from "../directory/callers.ts";
import { editUser } from "../directory/user-store.ts";
import { verificationOf } from "./verify-email.ts";

interface Edit {
  full_name?: string | null | undefined;
  email?: string | undefined;
}

/**
 * Edits the caller's profile from the version that they read. A new address is theirs only once the mail to it was
 * answered, and this answer is the same whether or not somebody has it already.
 */
export async function updateProfile(
  ctx: Ctx,
  { edit: { email, full_name }, ifMatch }: { edit: Edit; ifMatch: string | undefined },
): Promise<{ full_name: string | null; version: number }> {
  if (email === undefined) requirePerson(ctx);
  else await requireProvenPerson(ctx);
  const { profile } = ctx;
  requireVersion(ifMatch, profile.version);
  const address = email?.toLowerCase();
  const moving = address !== undefined && address !== profile.email;
  const verification = moving
    ? verificationOf(ctx, { user: ctx.actor, email: address, username: profile.username })
    : undefined;
  const after = full_name === undefined ? profile.full_name : full_name;
  const changed = await changeStanding(
    ctx,
    [ctx.actor],
    editUser(ctx.db, ctx.actor, profile.version, { full_name: after }, ctx.clock.now()),
    auditIfChanged(ctx, {
      action: "user.update",
      target: ctx.actor,
      before: { full_name: profile.full_name, email: profile.email },
      after: { full_name: after, email: address ?? profile.email },
    }),
    ...(verification?.statements ?? []),
  );
  if (!changed) throw versionChanged();
  if (verification !== undefined) sendMailSoon(ctx, verification.mail);
  return { full_name: after, version: profile.version + 1 };
}
