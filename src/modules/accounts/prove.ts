import { notAuthenticated } from "../../http/problem.ts";
import { type Ctx, PROOF_MS, requirePerson } from "../access/context.ts";
import { forgiveStatements, takeAttempt } from "../access/guard.ts";
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
  const way = (await hasSecondFactor(db, ctx.actor)) ? "code" : "password";
  if (way === "code" && code === undefined) throw secondFactorNeeded();
  const attempt = await takeAttempt(ctx, way, { user: ctx.actor }, ctx.address);
  if (way === "code") {
    if (!(await takeCode(ctx, ctx.actor, code ?? ""))) throw wrongCode();
  } else {
    const user = await findUser(db, ctx.actor);
    if (user === undefined) throw notAuthenticated();
    if (!(await verifyPassword(password ?? "", user.password_hash))) throw wrongPassword();
  }
  const now = clock.now();
  await changeStanding(
    ctx,
    [session],
    proveSession(db, ctx.actor, session, now),
    auditIfChanged(ctx, { action: "session.prove", target: session }),
    ...forgiveStatements(ctx, attempt),
  );
  return { proved_until: now + PROOF_MS };
}
