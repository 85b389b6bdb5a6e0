import { requireVersion } from "../../http/preconditions.ts";
import { versionChanged } from "../../http/problem.ts";
import { randomToken } from "../../platform/crypto.ts";
import { type DeskId, newId } from "../../platform/ids.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { deleteAccount } from "../accounts/delete-account.ts";
import { lastSuperAdmin } from "../accounts/errors.ts";
import { hashPassword } from "../accounts/password.ts";
import { auditIfChanged, inDesk } from "../audit/record.ts";
import { LINK_HOLDS_MS } from "../delivery/policy.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { changePlanIfChanged, editUser, type UserDetail } from "../directory/administration-store.ts";
import { changeStanding } from "../directory/callers.ts";
import { firstDesk } from "../directory/desk-store.ts";
import type { Plan } from "../directory/policy.ts";
import { endHalfDone, insertProofIfChanged } from "../directory/proof-store.ts";
import { revokeAllSessionsIfChanged } from "../directory/session-store.ts";
import { findUser, replacePassword, type User } from "../directory/user-store.ts";
import { noHomeDesk } from "./errors.ts";
import { detailOf, userOf } from "./users.ts";

/** Whom an administrator acts on, and which version of them they read. */
interface Target {
  id: string;
  ifMatch: string | undefined;
}

interface Edit {
  status?: User["status"] | undefined;
  platform_role?: User["platform_role"] | undefined;
  plan?: Plan | undefined;
}

async function targetOf(
  ctx: Ctx,
  { id, ifMatch }: Target,
): Promise<{ user: User; home: DeskId | undefined }> {
  const user = await userOf(ctx, id);
  requireVersion(ifMatch, user.version);
  return { user, home: await firstDesk(ctx.db, user.id) };
}

/** Changes standing, platform role, or the plan of the home desk. Whoever is deactivated is signed out everywhere. */
export async function updateUser(
  ctx: Ctx,
  { edit, ...target }: Target & { edit: Edit },
): Promise<UserDetail> {
  await authorize(ctx, "platform:write");
  const { home, user } = await targetOf(ctx, target);
  const { plan, platform_role = user.platform_role, status = user.status } = edit;
  if (plan !== undefined && home === undefined) throw noHomeDesk();
  const now = ctx.clock.now();
  const onPlan =
    plan === undefined || home === undefined ? [] : [changePlanIfChanged(ctx.db, home, plan, now)];
  const signingOut =
    status === "active" ? [] : [revokeAllSessionsIfChanged(ctx.db, user.id, "deactivated", now)];
  const before = { status: user.status, platform_role: user.platform_role };
  const changed = await changeStanding(
    ctx,
    [user.id, ...(home === undefined ? [] : [home])],
    editUser(ctx.db, user, { status, platform_role }, now),
    auditIfChanged(inDesk(ctx, home ?? ctx.desk), {
      action: "user.update",
      target: user.id,
      before,
      after: { status, platform_role, ...(plan === undefined ? {} : { plan }) },
    }),
    ...onPlan,
    ...signingOut,
  );
  if (!changed) throw await whyNotEdited(ctx, user);
  return await detailOf(ctx, user.id);
}

async function whyNotEdited({ db }: Ctx, before: User) {
  const user = await findUser(db, before.id);
  return user?.version === before.version ? lastSuperAdmin() : versionChanged();
}

/** Makes the password worthless, ends all sessions and mails the way to a new one. */
export async function forceReset(ctx: Ctx, target: Target): Promise<UserDetail> {
  await authorize(ctx, "platform:write");
  const { home, user } = await targetOf(ctx, target);
  const [id, mail_id, now] = [newId("prf"), newId("mai"), ctx.clock.now()];
  const proof = { id, purpose: "reset_password", now, ends_in_ms: LINK_HOLDS_MS.reset_password } as const;
  const content = { template: proof.purpose, proof: id, username: user.username, by_admin: true } as const;
  // The hash of a password that nobody has: a log-in costs what it costs for everybody else.
  const password_hash = await hashPassword(randomToken());
  const changed = await changeStanding(
    ctx,
    [user.id],
    replacePassword(ctx.db, user, password_hash, now),
    auditIfChanged(inDesk(ctx, home ?? ctx.desk), { action: "user.force_reset", target: user.id }),
    insertProofIfChanged(ctx.db, proof, { user: user.id, email: user.email }),
    insertMailIfChanged(ctx.db, { id: mail_id, desk: home ?? null, recipient: user.email, content, now }),
    revokeAllSessionsIfChanged(ctx.db, user.id, "forced_reset", now),
    ...endHalfDone(ctx.db, { user: user.id, password_hash, but: id }, now),
  );
  if (!changed) throw versionChanged();
  sendMailSoon(ctx, mail_id);
  return await detailOf(ctx, user.id);
}

/** Deletes the account as its owner could. */
export async function deleteUser(ctx: Ctx, target: Target): Promise<void> {
  await authorize(ctx, "platform:write");
  const { user } = await targetOf(ctx, target);
  await deleteAccount(ctx, user);
}
