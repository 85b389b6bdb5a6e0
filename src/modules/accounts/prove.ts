import { type Ctx, PROOF_MS, requirePerson } from "../access/context.ts";
import { tryGuarded } from "../access/guard.ts";
import { auditIfChanged } from "../audit/record.ts";
import { changeStanding } from "../directory/callers.ts";
import { proveSession } from "../directory/session-store.ts";
import { findUser } from "../directory/user-store.ts";
import { secondFactorNeeded, wrongCode, wrongPassword } from "./errors.ts";
import { verifyPassword } from "./password.ts";
import { hasSecondFactor, takeCode } from "./second-factor.ts";

export interface Proof {
  code?: string | undefined;
  password?: string | undefined;
}

/**
 * Proves again who speaks through this session, for what needs a recent proof: by a code where the account has a
 * second factor, which no password replaces, else by the password.
 */
export async function prove(ctx: Ctx, { code, password }: Proof): Promise<{ proved_until: number }> {
  const session = requirePerson(ctx);
  const { clock, db } = ctx;
  const way = (await hasSecondFactor(ctx, ctx.actor)) ? "code" : "password";
  if (way === "code" && code === undefined) throw secondFactorNeeded();
  const fits = await tryGuarded(ctx, way, () =>
    way === "code" ? takeCode(ctx, ctx.actor, code ?? "") : isPassword(ctx, password ?? ""),
  );
  if (!fits) throw way === "code" ? wrongCode() : wrongPassword();
  const now = clock.now();
  await changeStanding(
    ctx,
    [session],
    proveSession(db, ctx.actor, session, now),
    auditIfChanged(ctx, { action: "session.prove", target: session }),
  );
  return { proved_until: now + PROOF_MS };
}

async function isPassword({ actor, db }: Ctx, password: string): Promise<boolean> {
  return await verifyPassword(password, (await findUser(db, actor))?.password_hash);
}
