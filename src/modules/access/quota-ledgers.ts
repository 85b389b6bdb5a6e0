import { openObject } from "../../platform/durable-objects.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { QuotaLedger } from "./quota-ledger.ts";

type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** What a desk's ledger offers to the Worker. */
export type LedgerApi = Remote<Pick<QuotaLedger, "lease" | "settle" | "report">>;

/** The ledger of a desk; it exists from the first call on. */
export function ledgerOf({ cost, env }: Pick<Platform, "env" | "cost">, desk: DeskId): LedgerApi {
  return openObject<LedgerApi>(env.QUOTA_LEDGER, desk, cost);
}
