import { sha256Hex } from "../../platform/crypto.ts";
import { runBatch } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { newKeySecret, prefixOf } from "../access/key-secret.ts";
import { isGrantableToKeys } from "../access/permissions.ts";
import { TERMS } from "../access/plans.ts";
import { auditIfChanged } from "../audit/record.ts";
import { type ApiKey, insertKeyUpTo } from "../directory/key-store.ts";
import { multiplierBeyondPlan, tooManyKeys, wrongScopes } from "./errors.ts";
import { expiryOf, MAX_KEYS } from "./policy.ts";
import { auditedKey } from "./views.ts";

interface KeyRequest {
  name: string;
  scopes: string[];
  expires_in_days?: number | undefined;
  allowed_addresses: string[];
  rate_multiplier: number;
}

export interface MadeKey {
  key: ApiKey;
  /** Known to nobody but the caller once this was answered: only its hash is kept. */
  secret: string;
}

/** Makes a key that may at most what its maker may, now and at each of its calls. */
export async function createKey(ctx: Ctx, input: KeyRequest): Promise<MadeKey> {
  await authorize(ctx, "api_keys:write");
  refuseExcess(ctx, input);
  const now = ctx.clock.now();
  const secret = newKeySecret();
  const key: ApiKey = {
    id: newId("key"),
    desk_id: ctx.desk,
    user_id: ctx.actor,
    name: input.name,
    prefix: prefixOf(secret),
    hash: await sha256Hex(secret),
    previous_hash: null,
    previous_until: null,
    scopes: [...new Set(input.scopes)],
    allowed_addresses: [...new Set(input.allowed_addresses)],
    rate_multiplier: input.rate_multiplier,
    expires_at: expiryOf(now, input.expires_in_days),
    last_used_at: null,
    rotated_at: null,
    revoked_at: null,
    created_at: now,
  };
  const made = await runBatch(
    ctx.db,
    insertKeyUpTo(ctx.db, key, MAX_KEYS),
    auditIfChanged(ctx, { action: "api_key.create", target: key.id, after: auditedKey(key) }),
  );
  if (!made) throw tooManyKeys(MAX_KEYS);
  return { key, secret };
}

function refuseExcess({ permissions, plan }: Ctx, { rate_multiplier, scopes }: KeyRequest): void {
  const wrong = wrongScopes(scopes, (scope) => {
    if (!isGrantableToKeys(scope)) return `\`${scope}\` is nothing that a key may do`;
    return permissions.has(scope) ? undefined : `you may not do \`${scope}\` yourself`;
  });
  if (wrong !== undefined) throw wrong;
  const max = TERMS[plan].rate_multiplier;
  if (rate_multiplier > max) throw multiplierBeyondPlan(plan, max);
}
