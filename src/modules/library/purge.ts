import { z } from "zod";
import { isId, type JobId } from "../../platform/ids.ts";
import { deletePrefix } from "../../platform/objects.ts";
import { defineJob } from "../jobs/define.ts";
import { roomOf } from "../jobs/rooms.ts";
import { indexOf } from "../search/indexes.ts";
import { documentInput, PURGE } from "./job-input.ts";
import { documentPrefix } from "./object-keys.ts";

const purgeInput = documentInput.extend({
  job_id: z.custom<JobId>((value) => typeof value === "string" && isId("job", value)),
});

/** Deletes what a deleted document owned outside D1. Every step may be repeated. */
export const purgeJob = defineJob({
  type: PURGE,
  input: purgeInput,
  checkpoint: z.null(),
  async run({ desk, input, platform }) {
    await roomOf(platform, desk, input.job_id).cancel();
    await indexOf(platform, desk).remove(input.document_id);
    await deletePrefix(platform.files, documentPrefix(desk, input.document_id));
    return { done: { document_id: input.document_id } };
  },
});
