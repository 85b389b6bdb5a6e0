import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";
import type { JobDefinition } from "../jobs/define.ts";

export const BATCH_RUN = "batches.run";

/** What a run is told: which batch. All else it reads itself. */
export const runInput = z.object({ batch_id: idSchema("bat") });
export type RunInput = z.infer<typeof runInput>;

/** A run's end is told as the end of its batch. */
export const runKind: Pick<JobDefinition, "type" | "terms"> = { type: BATCH_RUN, terms: { quiet: true } };
