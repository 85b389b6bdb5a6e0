import { type Ctx, contextFor } from "../../src/modules/access/context.ts";
import { freshSessionCaller } from "../../src/modules/directory/callers.ts";
import { isId } from "../../src/platform/ids.ts";
import type { Account } from "./desk.ts";
import { testPlatform } from "./platform.ts";

/** What a use case gets when the account calls it, for tests that must fail it from within. */
export async function contextOfOwner({ desk_id, session_id }: Account): Promise<Ctx> {
  if (!isId("dsk", desk_id) || !isId("ses", session_id)) throw new Error("no such ids");
  const platform = testPlatform();
  const caller = await freshSessionCaller(platform, session_id, desk_id);
  if (caller === undefined) throw new Error("no such session");
  return contextFor(platform, caller, { address: "127.0.0.1", request_id: "req_test" });
}
