import { sha256Hex } from "../../platform/crypto.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { newKeySecret, prefixOf } from "../access/key-secret.ts";
import { auditIfChanged } from "../audit/record.ts";
import { changeStanding } from "../directory/callers.ts";
import { type ApiKey, findKey, rotateKey as rotate } from "../directory/key-store.ts";
import type { MadeKey } from "./create-key.ts";
import { keyEnded, keyNotFound, keyOfAnother } from "./errors.ts";
import { formerSecret } from "./policy.ts";
import { auditedKey } from "./views.ts";

/**
 * Gives a key another secret and nothing else: id, scopes, expiry, addresses and multiplier stay. The old secret works
 * until its grace ends; one that is older still ends at once.
 */
export async function rotateKey(
  ctx: Ctx,
  { grace_hours, id }: { id: string; grace_hours: number },
): Promise<MadeKey> {
  await authorize(ctx, "api_keys:write");
  const before = await findKey(ctx.db, ctx.desk, id);
  if (before === undefined) throw keyNotFound();
  if (before.user_id !== ctx.actor) throw keyOfAnother();
  const now = ctx.clock.now();
  const secret = newKeySecret();
  const change = {
    hash: await sha256Hex(secret),
    prefix: prefixOf(secret),
    ...formerSecret(before.hash, now, grace_hours),
    rotated_at: now,
  };
  const key: ApiKey = { ...before, ...change };
  const audited = { before: auditedKey(before), after: auditedKey(key) };
  const won = await changeStanding(
    ctx,
    [key.id],
    rotate(ctx.db, before, change, now),
    auditIfChanged(ctx, { action: "api_key.rotate", target: key.id, ...audited }),
  );
  if (!won) throw keyEnded();
  return { key, secret };
}
