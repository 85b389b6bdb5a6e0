import { z } from "zod";
import { Problem } from "../../http/problem.ts";
import { reach } from "../../platform/faults.ts";
import { memberMay } from "../access/member-rights.ts";
import type { PlainPermission } from "../access/permissions.ts";
import { counted, NO_TALLY, type Outcome, PAGES_A_SLICE, type Tally, tally } from "./bulk-policy.ts";
import { PermanentFailure, type Slice, type SliceOutcome } from "./define.ts";
import type { JsonObject, Progress } from "./job.ts";

const position = z.tuple([z.number(), z.string()]);
export type BulkPosition = z.infer<typeof position>;

const planned = z.object({ id: z.string(), held: z.boolean() });
/** One thing to act on, and whether what is asked for held when it was looked at. */
export type Planned = z.infer<typeof planned>;

/** What was done so far, what is done next, and where the walk goes on after that; null at its end. */
export const bulkCheckpoint = z.object({
  tally,
  page: z.array(planned),
  after: position.nullable(),
});
type Checkpoint = z.infer<typeof bulkCheckpoint>;
export type Turned = Pick<Checkpoint, "page" | "after">;
type BulkSlice = Slice<unknown, Checkpoint>;

/** What a bulk job does with which things. */
export interface BulkWork {
  /** What the actor must be allowed at the time of the run. */
  permission: PlainPermission;
  /** The next things; `seen` have been acted on before. */
  page(after: BulkPosition | null, seen: number): Promise<Turned>;
  /** Whether it changed anything; a refusal is thrown as the problem that it is. */
  act(id: string): Promise<boolean>;
  /** How far the walk has come, 0 to 1. */
  fraction(at: Checkpoint): number;
}

/**
 * Acts on page after page. A page is written down before it is acted on, so a slice that repeats acts on the same
 * things, and counts as changed what did not hold when the page was written.
 */
export async function runBulk(slice: BulkSlice, work: BulkWork): Promise<SliceOutcome> {
  let repeated = slice.resumed !== undefined;
  let at = slice.resumed ?? (await turn(slice, work, NO_TALLY, null));
  for (let pages = 1; ; pages += 1) {
    await requireRight(slice, work.permission);
    const done = await actOn(slice, work, at, repeated);
    if (at.after === null) {
      await slice.progress(progressOf({ ...at, tally: done }, 1));
      return { done: resultOf(done) };
    }
    at = await turn(slice, work, done, at.after);
    repeated = false;
    if (pages >= PAGES_A_SLICE || slice.exhausted()) return "yield";
  }
}

export const resultOf = (done: Tally): JsonObject => ({ ...done });

async function turn(
  slice: BulkSlice,
  work: BulkWork,
  done: Tally,
  after: BulkPosition | null,
): Promise<Checkpoint> {
  const at = { ...(await work.page(after, done.matched)), tally: done };
  await slice.checkpoint(at, progressOf(at, work.fraction(at)));
  return at;
}

/** Whoever asked must still be allowed to: a job outlives the request that was checked. */
async function requireRight({ created_by, desk, platform }: BulkSlice, permission: PlainPermission) {
  if (await memberMay(platform, desk, created_by, permission)) return;
  throw new PermanentFailure("access.not_allowed", "Whoever asked for this is no longer allowed to.");
}

async function actOn(slice: BulkSlice, work: BulkWork, at: Checkpoint, repeated: boolean): Promise<Tally> {
  let done = at.tally;
  for (const { held, id } of at.page) {
    slice.signal.throwIfAborted();
    done = counted(done, id, await outcomeOf(work, id, repeated && !held));
    await reach("slice.effect", slice.id);
  }
  return done;
}

async function outcomeOf(work: BulkWork, id: string, wasToChange: boolean): Promise<Outcome> {
  try {
    return { changed: (await work.act(id)) || wasToChange };
  } catch (error) {
    if (error instanceof Problem) return { refused: error.code };
    throw error;
  }
}

function progressOf({ tally: { changed, matched, unchanged } }: Checkpoint, fraction: number): Progress {
  return {
    phase: "steering",
    fraction,
    message: `Acted on ${matched}`,
    counters: { matched, changed, unchanged, refused: matched - changed - unchanged },
  };
}
