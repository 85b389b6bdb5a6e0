import type { Platform } from "../../platform/platform.ts";
import type { JobDefinition } from "./define.ts";
import { roomOf } from "./rooms.ts";
import { settle } from "./settle.ts";
import { expiredJobs } from "./store.ts";

const SWEEP_LIMIT = 50;

/** Ends jobs whose time is over and that no worker ever took: only their row knows of them. */
export async function expireOverdue(platform: Platform, definitions: JobDefinition[]): Promise<void> {
  for (const { desk_id, id } of await expiredJobs(platform.db, platform.clock.now(), SWEEP_LIMIT)) {
    try {
      const job = await roomOf(platform, desk_id, id).expire();
      if (job !== undefined) await settle(platform, definitions, job);
    } catch (error) {
      platform.log.error("a job expires in the next round", { job: id, error });
    }
  }
}
