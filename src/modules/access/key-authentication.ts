import type { AppEnv, Caller } from "../../http/app-env.ts";
import { isAllowedAddress } from "../../platform/addresses.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import { callerOfKey } from "../directory/callers.ts";
import { planOf } from "../directory/policy.ts";
import { MAX_RATE_MULTIPLIER } from "./key-policy.ts";
import { isKeySecret } from "./key-secret.ts";

/** The caller behind an API key that is in force and may be used from the request's address. */
export async function callerByKey(
  { address, platform }: Pick<AppEnv["Variables"], "address" | "platform">,
  secret: string,
): Promise<Caller | undefined> {
  if (!isKeySecret(secret)) return undefined;
  const known = await callerOfKey(platform, await sha256Hex(secret));
  // Well-formed and in force nowhere: a guess, or a key that has ended.
  if (known === undefined) return undefined;
  if (!isAllowedAddress(address, known.allowed_addresses ?? [])) return undefined;
  return withinPlan(known.caller);
}

/** A key that was made on a larger plan has no more than the present one gives. */
function withinPlan(caller: Caller): Caller {
  const { credential, plan } = caller;
  const max = MAX_RATE_MULTIPLIER[planOf(plan)];
  if (credential.kind !== "key" || credential.rate_multiplier <= max) return caller;
  return { ...caller, credential: { ...credential, rate_multiplier: max } };
}
