import { z } from "zod";
import { notAllowed } from "../../http/problem.ts";
import { idSchema } from "../../platform/ids.ts";
import { personNeeded } from "../access/errors.ts";
import { memberMay } from "../access/member-rights.ts";
import {
  BULK_ACTIONS,
  BULK_TYPE,
  type BulkAction,
  type BulkFilter,
  bulkFilter,
  holds,
  isMeant,
  PAGE,
} from "./bulk-policy.ts";
import { type BulkPosition, type BulkWork, bulkCheckpoint, resultOf, runBulk } from "./bulk-run.ts";
import { findCandidates, walkJobs } from "./bulk-store.ts";
import { pageThrough, shareOf } from "./bulk-walk.ts";
import { type Steerer, steerJob } from "./control.ts";
import { defineJob, type JobDefinition, type Slice } from "./define.ts";
import { jobNotFound } from "./errors.ts";
import type { Job } from "./job.ts";
import { permissionToStart, startRetry } from "./retry.ts";
import { findJob } from "./store.ts";

export const bulkInput = z.object({
  action: z.enum(BULK_ACTIONS),
  /** Only jobs that were there when it was asked for, in ms. */
  before: z.number(),
  ids: z.array(idSchema("job")).nullable(),
  /** What the key that asked for it may do; null where a person did. */
  scopes: z.array(z.string()).nullable(),
  filter: bulkFilter.nullable(),
});
export type BulkInput = z.infer<typeof bulkInput>;
type BulkSlice = Slice<BulkInput, z.infer<typeof bulkCheckpoint>>;

/** Two at once, so that one which takes long does not hold up the one that is to stop it. */
export const BULK: Pick<JobDefinition, "type" | "terms"> = { type: BULK_TYPE, terms: { at_once: 2 } };

/** Steers many jobs as the single routes do. It can steer all that there is, so the types are asked for when it runs. */
export const bulkJob = (types: () => JobDefinition[]): JobDefinition =>
  defineJob({
    ...BULK,
    input: bulkInput,
    checkpoint: bulkCheckpoint,
    run: (slice) => runBulk(slice, workOf(slice, types())),
    partial: async (_, at) => resultOf(at.tally),
  });

function workOf(slice: BulkSlice, types: JobDefinition[]): BulkWork {
  const { action, filter, ids } = slice.input;
  const walk = filter === null ? listWalk(slice, ids ?? []) : filterWalk(slice, filter);
  return { permission: "jobs:control", act: (id) => act(slice, types, action, id), ...walk };
}

async function act(
  slice: BulkSlice,
  types: JobDefinition[],
  action: BulkAction,
  id: string,
): Promise<boolean> {
  const { created_by, desk, platform } = slice;
  const job = await findJob(platform.db, desk, id);
  if (job === undefined) throw jobNotFound();
  const by: Steerer = { ...platform, desk, actor: created_by };
  if (action !== "retry") return (await steerJob(by, types, job, action)).changed;
  await requireStart(slice, types, job);
  return (await startRetry(by, types, job)).changed;
}

/** A new run takes the right to start one: of the person, and of the key where one asked for them. */
async function requireStart(
  { created_by, desk, input: { scopes }, platform }: BulkSlice,
  types: JobDefinition[],
  job: Job,
): Promise<void> {
  if (scopes !== null && job.type === BULK_TYPE) throw personNeeded();
  const needed = permissionToStart(types, job);
  if (needed === undefined) return;
  const inScope = scopes === null || scopes.includes(needed);
  if (!inScope || !(await memberMay(platform, desk, created_by, needed))) throw notAllowed(needed);
}

type Walk = Pick<BulkWork, "page" | "fraction">;

/** The jobs that were named, in that order. */
function listWalk({ desk, input, platform }: BulkSlice, ids: BulkInput["ids"] & object): Walk {
  return {
    async page(after) {
      const from = after?.[0] ?? 0;
      const next = from + PAGE;
      const some = ids.slice(from, next);
      const found = new Map((await findCandidates(platform.db, desk, some)).map((job) => [job.id, job]));
      const page = some.map((id) => {
        const job = found.get(id);
        return { id, held: job !== undefined && holds(input.action, job) };
      });
      return { page, after: next < ids.length ? [next, ""] : null };
    },
    fraction: ({ tally }) => tally.matched / ids.length,
  };
}

/** The jobs that the filter means and that are older than this one. */
function filterWalk({ desk, id, input, platform }: BulkSlice, filter: BulkFilter): Walk {
  const start: BulkPosition = [filter.created_after ?? 0, ""];
  const cut = filter.created_before;
  const end: BulkPosition = cut !== null && cut <= input.before ? [cut, ""] : [input.before, id];
  return {
    page: (after) =>
      pageThrough(
        after ?? start,
        (from) => walkJobs(platform.db, desk, filter, from, end, PAGE),
        (job) => isMeant(job, filter) && { id: job.id, held: holds(input.action, job) },
      ),
    // Nobody has counted them: the way is measured in time, from the oldest that could be meant.
    fraction: ({ after }) => shareOf(after?.[0] ?? end[0], start[0], end[0]),
  };
}
