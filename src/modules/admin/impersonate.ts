import { SECOND_MS } from "../../platform/clock.ts";
import { randomToken } from "../../platform/crypto.ts";
import { newId } from "../../platform/ids.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { ACCESS_TOKEN_S, signAccessToken } from "../accounts/tokens.ts";
import { auditIfChanged, inDesk } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { insertBorrowedSession } from "../directory/administration-store.ts";
import { changeStanding } from "../directory/callers.ts";
import { firstDesk } from "../directory/desk-store.ts";
import { notBorrowable } from "./errors.ts";
import { userOf } from "./users.ts";

/** Lends the caller a user's view for fifteen minutes: to look and change nothing. The user is told by mail. */
export async function impersonate(ctx: Ctx, { id, reason }: { id: string; reason: string }) {
  await authorize(ctx, "platform:write");
  const user = await userOf(ctx, id);
  const desk = await firstDesk(ctx.db, user.id);
  if (user.id === ctx.actor || user.platform_role !== null || desk === undefined) throw notBorrowable();
  const [session, mail_id, now] = [newId("ses"), newId("mai"), ctx.clock.now()];
  const content = {
    template: "impersonated",
    username: user.username,
    by: ctx.profile.username,
    reason,
  } as const;
  const lent = await changeStanding(
    ctx,
    [user.id],
    insertBorrowedSession(ctx.db, {
      id: session,
      user_id: user.id,
      desk_id: desk,
      impersonator: ctx.actor,
      refresh_salt: randomToken(16),
      device: null,
      address: ctx.address,
      created_at: now,
      expires_at: now + ACCESS_TOKEN_S * SECOND_MS,
    }),
    auditIfChanged(
      { ...inDesk(ctx, desk), impersonator: ctx.actor },
      { action: "user.impersonate", target: user.id },
    ),
    insertMailIfChanged(ctx.db, { id: mail_id, desk, recipient: user.email, content, now }),
  );
  if (!lent) throw notBorrowable();
  sendMailSoon(ctx, mail_id);
  const access_token = await signAccessToken(ctx, { user: user.id, session, desk });
  return { access_token, token_type: "bearer" as const, expires_in: ACCESS_TOKEN_S, user };
}
