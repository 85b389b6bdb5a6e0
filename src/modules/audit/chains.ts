import { openObject } from "../../platform/durable-objects.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { AuditChain } from "./chain.ts";
import { takeWrittenDesks } from "./record.ts";
import { desksWaiting } from "./store.ts";

/** What a desk's chain offers to the Worker. */
export type ChainApi = Pick<AuditChain, "wake" | "seal">;

export function chainOf({ cost, env }: Pick<Platform, "env" | "cost">, desk: DeskId): ChainApi {
  return openObject<ChainApi>(env.AUDIT_CHAIN, desk, cost);
}

/**
 * Has the chains sealed of those desks for which this request or message made audit rows. A row of a batch that then
 * changed nothing wakes its chain for nothing; one that is missed here is found by the sweep.
 */
export function wakeChains(platform: Platform): void {
  for (const desk of takeWrittenDesks(platform.db)) platform.defer(chainOf(platform, desk).wake());
}

const SWEEP_LIMIT = 100;

/** Wakes the chains of desks with rows that stayed unsealed: their request died before it woke them. */
export async function wakeWaitingChains(platform: Platform): Promise<void> {
  for (const desk of await desksWaiting(platform.db, SWEEP_LIMIT)) {
    try {
      await chainOf(platform, desk).wake();
    } catch (error) {
      platform.log.error("a chain stays unsealed for the next round", { desk, error });
    }
  }
}
