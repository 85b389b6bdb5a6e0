import type { Platform } from "../../platform/platform.ts";
import { NOTIFICATIONS_KEPT_MS } from "./policy.ts";
import { forgetNotifications } from "./store.ts";

const AT_ONCE = 1_000;
const TIMES = 50;

/** Forgets notifications after ninety days, so many in one statement and in one run. */
export async function sweepNotifications({ clock, db }: Platform): Promise<void> {
  const before = clock.now() - NOTIFICATIONS_KEPT_MS;
  for (let time = 0; time < TIMES; time += 1) {
    if ((await forgetNotifications(db, before, AT_ONCE)) < AT_ONCE) return;
  }
}
