import { newKeySecret, prefixOf } from "../../src/modules/access/key-secret.ts";
import { sha256Hex } from "../../src/platform/crypto.ts";
import { newId } from "../../src/platform/ids.ts";
import type { Account } from "./desk.ts";
import { testEnv } from "./env.ts";

/** An API key of the account, put into the directory as it is kept there; answers its id and secret. */
export async function insertKey(
  { desk_id, user_id }: Account,
  { rate_multiplier = 1, scopes = ["usage:read"] }: { rate_multiplier?: number; scopes?: string[] } = {},
): Promise<{ id: string; secret: string }> {
  const [id, secret] = [newId("key"), newKeySecret()];
  await testEnv.DB.prepare(
    `INSERT INTO api_keys (id, desk_id, user_id, name, prefix, hash, scopes, allowed_addresses, rate_multiplier,
       last_used_at, created_at)
     VALUES (?, ?, ?, 'test', ?, ?, ?, '[]', ?, ?, ?)`,
  )
    .bind(
      id,
      desk_id,
      user_id,
      prefixOf(secret),
      await sha256Hex(secret),
      JSON.stringify(scopes),
      rate_multiplier,
      Date.now(),
      Date.now(),
    )
    .run();
  return { id, secret };
}
