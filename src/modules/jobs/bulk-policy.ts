import { z } from "zod";
import { JOB_STATUSES, type JobStatus, PRIORITIES, type Priority, type Request } from "./policy.ts";

/** How many things a bulk job looks at between two checkpoints; a slice stays below the queries that D1 allows it. */
export const PAGE = 20;
export const PAGES_A_SLICE = 5;
/** Refusals that a result names one by one. */
const EXAMPLES = 20;
export const BULK_TYPE = "jobs.bulk";

export const BULK_ACTIONS = ["pause", "resume", "cancel", "finish", "retry"] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** Which jobs; null asks for nothing. Times are milliseconds since 1970, the second one exclusive. */
export const bulkFilter = z.object({
  status: z.enum(JOB_STATUSES).nullable(),
  type: z.string().nullable(),
  tag: z.string().nullable(),
  priority: z.enum(PRIORITIES).nullable(),
  created_after: z.number().nullable(),
  created_before: z.number().nullable(),
});
export type BulkFilter = z.infer<typeof bulkFilter>;

export interface Candidate {
  status: JobStatus;
  type: string;
  tags: string[];
  priority: Priority;
}

/** Whether the filter means the job. Bulk jobs themselves are meant only by their type. */
export function isMeant(job: Candidate, { priority, status, tag, type }: BulkFilter): boolean {
  if (type === null ? job.type === BULK_TYPE : job.type !== type) return false;
  if (status !== null && job.status !== status) return false;
  if (priority !== null && job.priority !== priority) return false;
  return tag === null || job.tags.includes(tag);
}

interface Standing {
  status: JobStatus;
  requested: Request | null;
  retried_as: string | null;
}

/** Whether what is asked for holds already, so that acting changes nothing. */
export function holds(action: BulkAction, { requested, retried_as, status }: Standing): boolean {
  switch (action) {
    case "pause":
      return status === "paused" || requested === "pause";
    case "resume":
      return status !== "paused" && requested !== "pause";
    case "cancel":
      return status === "cancelled" || status === "cancelling";
    case "finish":
      return requested === "finish";
    case "retry":
      return retried_as !== null;
  }
}

export const tally = z.object({
  matched: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  refused: z.record(z.string(), z.number()),
  examples: z.array(z.object({ id: z.string(), code: z.string() })),
});
export type Tally = z.infer<typeof tally>;
export const NO_TALLY: Tally = { matched: 0, changed: 0, unchanged: 0, refused: {}, examples: [] };

/** What became of one thing: whether it was changed, or the code of the refusal. */
export type Outcome = { changed: boolean } | { refused: string };

export function counted(before: Tally, id: string, outcome: Outcome): Tally {
  const now = { ...before, matched: before.matched + 1 };
  if (!("refused" in outcome)) {
    return outcome.changed ? { ...now, changed: now.changed + 1 } : { ...now, unchanged: now.unchanged + 1 };
  }
  const { refused: code } = outcome;
  const examples = now.examples.length < EXAMPLES ? [...now.examples, { id, code }] : now.examples;
  return { ...now, examples, refused: { ...now.refused, [code]: (now.refused[code] ?? 0) + 1 } };
}
