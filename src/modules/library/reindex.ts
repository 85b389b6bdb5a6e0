import { z } from "zod";
import { runBatch } from "../../platform/database.ts";
import { type DocumentId, idSchema } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { audit } from "../audit/record.ts";
import { newJob, sendJob } from "../jobs/create.ts";
import { defineJob, type Slice, type SliceOutcome } from "../jobs/define.ts";
import type { Job, Progress } from "../jobs/job.ts";
import { insertJob } from "../jobs/store.ts";
import { indexOf } from "../search/index/open.ts";
import { trainWhenDue } from "../search/train.ts";
import { indexedDocument } from "./describe.ts";
import { dropVectors, embeds, stageRange } from "./embed.ts";
import { readTextPart, textPartKeys } from "./extracted-text.ts";
import { chunksOf } from "./indexing.ts";
import { REINDEX } from "./job-input.ts";
import { isUnderWay } from "./policy.ts";
import { countDocuments, findDocument, listDocuments, positionOf } from "./store.ts";

const PAGE = 10;
const ORDER = "created_at";
/** Documents that are taken over as they are, in one step at the end. */
const TAKEN_OVER_AT_ONCE = 5;

const checkpoint = z.object({
  after: z.tuple([z.union([z.string(), z.number()]), z.string()]).nullable(),
  documents: z.number(),
  chunks: z.number(),
  total: z.number(),
  /** How far the document after those is; only vectors take so long that it matters. */
  within: z.object({ document: idSchema("doc"), parts: z.number(), chunks: z.number() }).exactOptional(),
});
type Checkpoint = z.infer<typeof checkpoint>;
type Rebuild = Slice<Record<string, never>, Checkpoint>;

/**
 * Makes the desk's index anew from the extracted text in R2, on a side of its own that is searched from the moment it is
 * whole: no answer mixes the old index with the new one. Documents under way are left to their own ingestion.
 */
export const reindexJob = defineJob({
  type: REINDEX,
  permission: "search:reindex",
  input: z.record(z.string(), z.never()),
  checkpoint,
  terms: { at_once: 1 },
  async run(slice: Rebuild) {
    const { db } = slice.platform;
    let at: Checkpoint = slice.resumed ?? {
      after: null,
      documents: 0,
      chunks: 0,
      total: await countDocuments(db, slice.desk),
    };
    await indexOf(slice.platform, slice.desk).openRebuild(slice.id);
    for (;;) {
      const page = await listDocuments(db, slice.desk, {}, ORDER, at.after ?? undefined, PAGE);
      if (page.length === 0) return await show(slice, at);
      for (const document of page) {
        const chunks = await rebuildDocument(slice, document.id, at);
        if (chunks === "yield") return "yield";
        const { within: _, ...before } = at;
        at = {
          ...before,
          after: positionOf(ORDER, document),
          documents: at.documents + 1,
          chunks: at.chunks + chunks,
        };
        await slice.checkpoint(at, progressAt(at));
        if (slice.exhausted()) return "yield";
      }
    }
  },
  async settled(platform, job) {
    const desk = job.desk_id;
    if (job.status !== "succeeded") await indexOf(platform, desk).dropRebuild(job.id);
    // A training that the rebuild stood in the way of may be due.
    await trainWhenDue(platform, desk, job.created_by);
  },
});

/** Lets searches read the new index, a slice at a time for what must be taken over first. */
async function show(
  { desk, exhausted, id, platform, signal }: Rebuild,
  { chunks, documents }: Checkpoint,
): Promise<SliceOutcome> {
  while (!(await indexOf(platform, desk).finishRebuild(id, TAKEN_OVER_AT_ONCE))) {
    signal.throwIfAborted();
    if (exhausted()) return "yield";
  }
  return { done: { documents, chunks } };
}

const progressAt = ({ chunks, documents, total }: Checkpoint): Progress => ({
  phase: "indexing",
  fraction: Math.min(1, documents / Math.max(1, total)),
  message: `Indexed ${documents} of ${total} documents`,
  counters: { documents, chunks },
});

/** The number of chunks that the document has in the index now; 0 where it was left alone. */
async function rebuildDocument(
  slice: Rebuild,
  listed: DocumentId,
  at: Checkpoint,
): Promise<number | "yield"> {
  const { desk, id, platform, signal } = slice;
  // Since the page was read it may have been read anew, and the text that it had then be gone.
  const document = await findDocument(platform.db, desk, listed);
  if (document === undefined || document.text_build === null || isUnderWay(document.status)) return 0;
  const index = indexOf(platform, desk);
  if ((await index.begin(indexedDocument(document), id)) !== "ok") return 0;
  const keys = await textPartKeys(platform, desk, document.id, document.text_build);
  if (keys.length === 0) return 0;
  const fresh = { document: document.id, parts: 0, chunks: 0 };
  let within = at.within?.document === document.id ? at.within : fresh;
  for (const key of keys.slice(within.parts)) {
    signal.throwIfAborted();
    const part = await readTextPart(platform, key);
    if (part === undefined) return 0;
    const chunks = chunksOf(document.id, part.units, within.chunks);
    if ((await stageRange(slice, document.id, part, chunks)) !== "ok") return 0;
    within = { ...within, parts: within.parts + 1, chunks: within.chunks + chunks.length };
    if (!embeds(platform) || within.parts === keys.length) continue;
    await slice.checkpoint({ ...at, within }, progressAt(at));
    if (slice.exhausted()) return "yield";
  }
  const published = (await index.publish(document.id, id, within.chunks)) === "ok";
  await dropVectors(platform, desk, document.id, (build) => (published ? build < id : build === id));
  return published ? within.chunks : 0;
}

/** Asks for a rebuild of the desk's search index. */
export async function reindex(ctx: Ctx): Promise<Job> {
  requirePermission(ctx, "search:reindex");
  const now = ctx.clock.now();
  const job = newJob({
    desk: ctx.desk,
    kind: reindexJob,
    input: {},
    created_by: ctx.actor,
    now,
    priority: "low",
  });
  const [insert, send] = insertJob(ctx.db, job);
  await runBatch(ctx.db, insert, send, audit(ctx, { action: "search.reindex", target: job.id }));
  ctx.defer(sendJob(ctx, job));
  return job;
}
