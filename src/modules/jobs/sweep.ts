import { runBatch } from "../../platform/database.ts";
import type { Platform } from "../../platform/platform.ts";
import { hourOf } from "./policy.ts";
import { KEPT_MS } from "./statistics-policy.ts";
import { forgetStatistics } from "./statistics-store.ts";

/** A sweep takes so many rows at once, so often; what is left waits for the next day. */
const ROWS = 5_000;
const TIMES = 20;

export async function sweepStatistics({ clock, db }: Platform): Promise<void> {
  const before = hourOf(clock.now() - KEPT_MS);
  for (let n = 0; n < TIMES; n += 1) {
    if (!(await runBatch(db, forgetStatistics(db, before, ROWS)))) return;
  }
}
