import { refusalOfAddress } from "../../platform/guarded-fetch.ts";
import type { Ctx } from "../access/context.ts";
import { addressRefused } from "./errors.ts";

/** The address as it is kept and called, in one spelling; 422 where it may not be called. Each call asks again. */
export async function callableAddress(ctx: Ctx, address: string): Promise<string> {
  const refusal = await refusalOfAddress(ctx, address);
  if (refusal !== undefined) throw addressRefused(refusal);
  const url = new URL(address);
  url.hash = "";
  return url.href;
}
