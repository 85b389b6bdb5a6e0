import { z } from "zod";
import { type DeskId, idSchema } from "../../platform/ids.ts";
import { deletePrefix } from "../../platform/objects.ts";
import type { Platform } from "../../platform/platform.ts";
import { defineJob } from "../jobs/define.ts";
import { roomOf } from "../jobs/rooms.ts";
import { indexOf } from "../search/index/open.ts";
import { trainWhenDue } from "../search/train.ts";
import { dropVectors } from "./embed.ts";
import { documentInput, PURGE } from "./job-input.ts";
import { documentPrefix } from "./object-keys.ts";

const purgeInput = documentInput.extend({
  job_id: idSchema("job"),
});

type PurgeInput = z.infer<typeof purgeInput>;

/** Every step may be repeated. */
async function purge(platform: Platform, desk: DeskId, { document_id, job_id }: PurgeInput): Promise<void> {
  await roomOf(platform, desk, job_id).control("cancel", null);
  await indexOf(platform, desk).remove(document_id);
  await dropVectors(platform, desk, document_id, () => true);
  await deletePrefix(platform.files, documentPrefix(desk, document_id));
}

/** Deletes what a deleted document owned outside D1, whatever becomes of the job: a cancel saves nothing of it. */
export const purgeJob = defineJob({
  type: PURGE,
  input: purgeInput,
  checkpoint: z.null(),
  terms: { quiet: true },
  async run({ desk, input, platform }) {
    await purge(platform, desk, input);
    return { done: { document_id: input.document_id } };
  },
  async settled(platform, job, input) {
    if (job.status !== "succeeded") await purge(platform, job.desk_id, input);
    await trainWhenDue(platform, job.desk_id, job.created_by);
  },
});
