import type { AppEnv, Caller } from "../../http/app-env.ts";
import { isAllowedAddress } from "../../platform/addresses.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import { callerOfKey } from "../directory/callers.ts";
import { countFailure } from "./guard.ts";
import { isKeySecret } from "./key-secret.ts";
import { termsOf } from "./plans.ts";

/** The caller behind an API key that is in force and may be used from the request's address. */
export async function callerByKey(
  { address, platform }: Pick<AppEnv["Variables"], "address" | "platform">,
  secret: string,
): Promise<Caller | undefined> {
  if (!isKeySecret(secret)) return undefined;
  const known = await callerOfKey(platform, await sha256Hex(secret));
  if (known === undefined) {
    // A guess, or a key that has ended. It locks what nobody has: a key in force is past guessing and opens all the
    // same, or one stale program would lock out every other of its network.
    await countFailure(platform, "key", address);
    return undefined;
  }
  if (!isAllowedAddress(address, known.allowed_addresses ?? [])) return undefined;
  return withinPlan(known.caller);
}

/** A key that was made on a larger plan keeps no more than the present one gives. */
function withinPlan(caller: Caller): Caller {
  const { credential, plan } = caller;
  const { rate_multiplier } = termsOf(plan);
  if (credential.kind !== "key" || credential.rate_multiplier <= rate_multiplier) return caller;
  return { ...caller, credential: { ...credential, rate_multiplier } };
}
