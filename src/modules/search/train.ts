import { z } from "zod";
import { runBatch } from "../../platform/database.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { newJob, sendJob } from "../jobs/create.ts";
import { defineJob, type Slice, type SliceOutcome } from "../jobs/define.ts";
import { insertJob } from "../jobs/store.ts";
import { indexOf } from "./index/open.ts";
import { stemsOf } from "./text/stems.ts";
import { type LsaModel, trainLsa } from "./vectors/lsa.ts";
import { encodeModel } from "./vectors/lsa-format.ts";
import type { PassageStems } from "./vectors/term-rows.ts";

export const TRAIN = "search.train";

/** A fifth of a library teaches nearly as much as all of it; more would cost a slice its time. */
const SAMPLE = 8_000;
const PAGE = 1_000;

const checkpoint = z.object({ model: z.number().nullable() });
type Training = Slice<Record<string, never>, z.infer<typeof checkpoint>>;

/**
 * Learns the topics of the desk's library from a sample of its passages, then places every passage among them, a
 * block a step. Searches use the topics before until the new ones are whole.
 */
export const trainJob = defineJob({
  type: TRAIN,
  permission: "search:reindex",
  input: z.record(z.string(), z.never()),
  checkpoint,
  terms: { at_once: 1, quiet: true },
  async run(slice: Training): Promise<SliceOutcome> {
    const index = indexOf(slice.platform, slice.desk);
    let model = slice.resumed?.model ?? null;
    if (model === null) {
      const topics = await learnTopics(slice.platform, slice.desk);
      if (topics === undefined) {
        await index.dropTraining();
        return { done: { passages_placed: 0 } };
      }
      const offered = await index.offerTopics(encodeModel(topics));
      if (offered === undefined) return { done: { passages_placed: 0 } };
      model = offered;
      await slice.checkpoint({ model }, progressAt(0, 1));
    }
    for (;;) {
      slice.signal.throwIfAborted();
      const placed = await index.placeBlock(model);
      if (placed === "adopted" || placed === "gone") return { done: { model, in_use: placed === "adopted" } };
      await slice.progress(progressAt(placed.placed, placed.blocks));
      if (slice.exhausted()) return "yield";
    }
  },
  async settled(platform, job) {
    if (job.status !== "succeeded") await indexOf(platform, job.desk_id).dropTraining();
  },
});

function progressAt(placed: number, blocks: number) {
  return {
    phase: "placing",
    fraction: Math.min(1, (placed + 1) / (blocks + 1)),
    message: `Placed ${placed} of ${blocks} blocks of passages`,
    counters: { placed, blocks },
  };
}

/** Topics of a sample of the library's passages; undefined where it is too small to have any. */
export async function learnTopics(platform: Platform, desk: DeskId): Promise<LsaModel | undefined> {
  const index = indexOf(platform, desk);
  const sample: PassageStems[] = [];
  for (let after: number | undefined = 0; after !== undefined && sample.length < SAMPLE; ) {
    const page: Awaited<ReturnType<typeof index.sample>> = await index.sample(after, PAGE, SAMPLE);
    // Stems are shared by all passages; eight thousand texts beside them would be a tenth of the isolate.
    for (const { body, title } of page.passages) sample.push({ title: stemsOf(title), body: stemsOf(body) });
    after = page.next;
  }
  return trainLsa(sample);
}

/** Starts a training if the library has grown enough since the last one; asked after each change, it starts one. */
export async function trainWhenDue(platform: Platform, desk: DeskId, created_by: string): Promise<void> {
  const now = platform.clock.now();
  if (!(await indexOf(platform, desk).claimTraining(now))) return;
  const job = newJob({ desk, kind: trainJob, input: {}, created_by, now, priority: "low" });
  await runBatch(platform.db, ...insertJob(platform.db, job));
  await sendJob(platform, job);
}
