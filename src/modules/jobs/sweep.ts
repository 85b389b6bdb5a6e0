import { DAY_MS } from "../../platform/clock.ts";
import { runBatch } from "../../platform/database.ts";
import type { Platform } from "../../platform/platform.ts";
import { forgetHandledLetters } from "./dead-letter-store.ts";
import { hourOf } from "./policy.ts";
import { KEPT_MS } from "./statistics-policy.ts";
import { forgetStatistics } from "./statistics-store.ts";

/** A sweep takes so many rows at once, so often; what is left waits for the next day. */
const ROWS = 5_000;
const TIMES = 20;

export async function sweepStatistics({ clock, db }: Platform): Promise<void> {
  const before = hourOf(clock.now() - KEPT_MS);
  await repeated(() => runBatch(db, forgetStatistics(db, before, ROWS)));
}

/** A letter that was replayed or discarded stays for a month, so that one can see what was done. */
const LETTERS_KEPT_MS = 30 * DAY_MS;

export async function sweepDeadLetters({ clock, db }: Platform): Promise<void> {
  const before = clock.now() - LETTERS_KEPT_MS;
  await repeated(() => runBatch(db, forgetHandledLetters(db, before, ROWS)));
}

async function repeated(forgetSome: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < TIMES; n += 1) if (!(await forgetSome())) return;
}
