import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import type { ApiKey } from "../directory/key-store.ts";
import type { keySchema } from "./schemas.ts";

export function keyView(key: ApiKey): z.infer<typeof keySchema> {
  const { allowed_addresses, id, name, prefix, rate_multiplier, scopes } = key;
  return {
    id,
    name,
    prefix,
    scopes,
    allowed_addresses,
    rate_multiplier,
    created_by: key.user_id,
    created_at: isoTime(key.created_at),
    expires_at: isoTime(key.expires_at),
    last_used_at: isoTime(key.last_used_at),
    rotated_at: isoTime(key.rotated_at),
    previous_until: isoTime(key.previous_until),
  };
}

/** What the audit trail hashes of a key: all that a person may see of it. */
export const auditedKey = (key: ApiKey) => ({ ...keyView(key), last_used_at: undefined });
