import { runBatch } from "../../platform/database.ts";
import type { Platform } from "../../platform/platform.ts";
import { forgetDeliveries } from "./delivery-store.ts";
import { DELIVERIES_KEPT_MS } from "./policy.ts";

/** Forgets the deliveries that are older than the log goes back. */
export async function sweepDeliveries({ clock, db }: Platform): Promise<void> {
  await runBatch(db, ...forgetDeliveries(db, clock.now() - DELIVERIES_KEPT_MS));
}
