import { sameSecret, sha256Hex } from "../../platform/crypto.ts";
import { type Ctx, requireProvenPerson } from "../access/context.ts";
import { emailUnverified } from "../access/errors.ts";
import { tryGuarded } from "../access/guard.ts";
import { auditIfChanged } from "../audit/record.ts";
import { bootstrapSuperAdmin, useBootstrapTokenIfChanged } from "../directory/administration-store.ts";
import { changeStanding } from "../directory/callers.ts";
import type { User } from "../directory/user-store.ts";
import { bootstrapRefused } from "./errors.ts";
import { userOf } from "./users.ts";

/** Makes the caller a super admin by the deployment's token, which does that once ever. */
export async function bootstrap(ctx: Ctx, { token }: { token: string }): Promise<User> {
  await requireProvenPerson(ctx);
  if (!ctx.email_verified) throw emailUnverified();
  const made = await tryGuarded(ctx, "bootstrap", async () => {
    if (!(await isBootstrapToken(ctx, token))) return false;
    const [hash, now] = [await sha256Hex(token), ctx.clock.now()];
    return await changeStanding(
      ctx,
      [ctx.actor],
      bootstrapSuperAdmin(ctx.db, ctx.actor, hash, now),
      auditIfChanged(ctx, { action: "user.bootstrap", target: ctx.actor }),
      useBootstrapTokenIfChanged(ctx.db, ctx.actor, hash, now),
    );
  });
  // One answer for every token that makes nobody anything.
  if (!made) throw bootstrapRefused();
  return await userOf(ctx, ctx.actor);
}

/** Compares digests, so that neither the token's text nor its length shows in the time it takes. */
async function isBootstrapToken({ settings }: Ctx, token: string): Promise<boolean> {
  const { BOOTSTRAP_TOKEN } = settings;
  const matches = sameSecret(await sha256Hex(token), await sha256Hex(BOOTSTRAP_TOKEN ?? ""));
  return BOOTSTRAP_TOKEN !== undefined && matches;
}
