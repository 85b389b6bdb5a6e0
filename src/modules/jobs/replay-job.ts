import { z } from "zod";
import { runBatch } from "../../platform/database.ts";
import { type DeadLetterId, idSchema } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { audit } from "../audit/record.ts";
import { PAGE } from "./bulk-policy.ts";
import { type BulkWork, bulkCheckpoint, resultOf, runBulk } from "./bulk-run.ts";
import { pageThrough, shareOf } from "./bulk-walk.ts";
import type { Steerer } from "./control.ts";
import { newJob, sendJob } from "./create.ts";
import { kindOf, LETTER_KINDS, type LetterKind } from "./dead-letter-policy.ts";
import { walkOpenLetters } from "./dead-letter-store.ts";
import { letterOf } from "./dead-letters.ts";
import { defineJob, type JobDefinition, type Slice } from "./define.ts";
import type { Job } from "./job.ts";
import { replayLetter } from "./replay.ts";
import { insertJob } from "./store.ts";

/** No call replays more than this. */
export const MAX_REPLAYED = 1_000;

const replayFilter = z.object({
  kind: z.enum(LETTER_KINDS).nullable(),
  created_after: z.number().nullable(),
  created_before: z.number().nullable(),
});
const input = z.object({
  before: z.number(),
  ids: z.array(idSchema("ded")).nullable(),
  filter: replayFilter.nullable(),
});
type ReplayInput = z.infer<typeof input>;
type ReplaySlice = Slice<ReplayInput, z.infer<typeof bulkCheckpoint>>;

const REPLAY: Pick<JobDefinition, "type" | "terms"> = { type: "jobs.replay", terms: { at_once: 1 } };

/** Replays many dead letters as the single route does. */
export const replayJob = (types: () => JobDefinition[]): JobDefinition =>
  defineJob({
    ...REPLAY,
    permission: "dead_letters:write",
    input,
    checkpoint: bulkCheckpoint,
    run: (slice) => runBulk(slice, workOf(slice, types())),
    partial: async (_, at) => resultOf(at.tally),
  });

function workOf(slice: ReplaySlice, types: JobDefinition[]): BulkWork {
  const { created_by, desk, input: asked, platform } = slice;
  const by: Steerer = { ...platform, desk, actor: created_by };
  return {
    permission: "dead_letters:write",
    act: async (id) => (await replayLetter(by, types, await letterOf(by, id))).changed,
    ...(asked.filter === null ? listWalk(asked.ids ?? []) : filterWalk(slice, asked.filter)),
  };
}

type Walk = Pick<BulkWork, "page" | "fraction">;

const listWalk = (ids: DeadLetterId[]): Walk => ({
  async page(after) {
    const from = after?.[0] ?? 0;
    const next = from + PAGE;
    const page = ids.slice(from, next).map((id) => ({ id, held: false }));
    return { page, after: next < ids.length ? [next, ""] : null };
  },
  fraction: ({ tally }) => tally.matched / ids.length,
});

/** The open letters that the filter means; what nothing can read is not meant by any. */
function filterWalk(
  { desk, input: { before }, platform }: ReplaySlice,
  filter: ReplayInput["filter"] & object,
): Walk {
  const start = filter.created_after ?? 0;
  const end = Math.min(filter.created_before ?? before, before);
  const isMeant = (kind: LetterKind) => kind !== "unknown" && (filter.kind === null || filter.kind === kind);
  return {
    async page(after, seen) {
      const { after: next, page } = await pageThrough(
        after ?? [start, ""],
        (from) => walkOpenLetters(platform.db, desk, from, end, PAGE),
        (letter) => isMeant(kindOf(letter)) && { id: letter.id, held: false },
      );
      const left = MAX_REPLAYED - seen;
      return { page: page.slice(0, left), after: page.length < left ? next : null };
    },
    fraction: ({ after }) => shareOf(after?.[0] ?? end, start, end),
  };
}

/** Asks for many dead letters to be replayed, no more than a thousand. */
export async function replayDeadLetters(ctx: Ctx, asked: Omit<ReplayInput, "before">): Promise<Job> {
  requirePermission(ctx, "dead_letters:write");
  const now = ctx.clock.now();
  const meant: ReplayInput = { ids: asked.ids && [...new Set(asked.ids)], filter: asked.filter, before: now };
  const { actor: created_by, desk } = ctx;
  const job = newJob({ desk, kind: REPLAY, input: { ...meant }, created_by, now, priority: "high" });
  const [insert, send] = insertJob(ctx.db, job);
  const entry = { action: "dead_letter.replay_many", target: job.id, after: meant };
  await runBatch(ctx.db, insert, send, audit(ctx, entry));
  ctx.defer(sendJob(ctx, job));
  return job;
}
