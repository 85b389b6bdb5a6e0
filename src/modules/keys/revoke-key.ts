import { authorize, type Ctx } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { changeStanding } from "../directory/callers.ts";
import { findKey, revokeKey as revoke } from "../directory/key-store.ts";
import { keyNotFound } from "./errors.ts";
import { auditedKey } from "./views.ts";

/** Ends a key for good, whoever made it. Its row stays for the record and is listed no more. */
export async function revokeKey(ctx: Ctx, { id }: { id: string }): Promise<void> {
  await authorize(ctx, "api_keys:write");
  const key = await findKey(ctx.db, ctx.desk, id);
  if (key === undefined) throw keyNotFound();
  const won = await changeStanding(
    ctx,
    [key.id],
    revoke(ctx.db, ctx.desk, key.id, ctx.clock.now()),
    auditIfChanged(ctx, { action: "api_key.revoke", target: key.id, before: auditedKey(key) }),
  );
  if (!won) throw keyNotFound();
}
