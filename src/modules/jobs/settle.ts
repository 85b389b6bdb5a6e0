import { reach } from "../../platform/faults.ts";
import type { Platform } from "../../platform/platform.ts";
import type { JobDefinition } from "./define.ts";
import type { Job } from "./job.ts";
import { roomOf } from "./rooms.ts";

/**
 * Does what a job's end asks for, tells the type of its parent, and then its room that it was done; else the room asks
 * again. Safe to call for every copy of a message.
 */
export async function settle(platform: Platform, definitions: JobDefinition[], job: Job): Promise<void> {
  await definitions.find(({ type }) => type === job.type)?.settled(platform, job);
  if (job.parent_id !== null) {
    for (const { childSettled } of definitions) await childSettled?.(platform, job);
  }
  await reach("slice.settled", job.id);
  await roomOf(platform, job.desk_id, job.id).confirmSettled();
  await reach("slice.confirmed", job.id);
}
