import type { z } from "zod";
import type { Statement } from "../../platform/database.ts";
import type { DeskId, JobId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { PlainPermission } from "../access/permissions.ts";
import type { Feature } from "../access/plans.ts";
import type { Job, JobTerms, JsonObject, JsonValue, Progress } from "./job.ts";

/** One slice's view of its job. Each method renews the lease, and throws when the slice must stop. */
export interface Slice<Input, Checkpoint> {
  id: JobId;
  desk: DeskId;
  created_by: string;
  input: Input;
  platform: Platform;
  /** What the last checkpoint kept, or undefined in the first slice. */
  resumed: Checkpoint | undefined;
  /** Aborted as soon as a heartbeat learns that the job is cancelled, out of time, or with another worker. */
  signal: AbortSignal;
  progress(progress: Progress): Promise<void>;
  /** Work before it is never repeated, work after it may be: effects are idempotent between two checkpoints. */
  checkpoint(state: Checkpoint, progress: Progress): Promise<void>;
  /** Whether this invocation has used its share of time. Ask after a checkpoint, and return "yield" then. */
  exhausted(): boolean;
}

/** More to do at once, more to do when the job is woken or the time has passed, or the end. */
export type SliceOutcome = "yield" | { wait_ms: number } | { done: JsonObject };

/** What lets jobs of a type be started many at once: each item of a batch is the input of one job. */
export interface BatchTerms {
  /** An item as callers write it; its fields are the columns of a file of items. */
  item: z.ZodObject;
  /** What starting one takes. */
  permission: PlainPermission;
  /** What the desk's plan must include, as for one that is asked for alone. */
  feature?: Feature;
  example: JsonObject;
}

interface TypedDefinition<Input, Checkpoint> {
  type: string;
  input: z.ZodType<Input>;
  checkpoint: z.ZodType<Checkpoint>;
  terms?: JobTerms;
  /** What starting one takes where that is more than steering jobs; without it, what a batch of them takes. */
  permission?: PlainPermission;
  batch?: BatchTerms;
  run(slice: Slice<Input, Checkpoint>): Promise<SliceOutcome>;
  /** The result of what was done up to the checkpoint. With it, jobs of the type can be finished early. */
  partial?(slice: Slice<Input, Checkpoint>, checkpoint: Checkpoint): Promise<JsonObject>;
  /** For the batch that writes the new job: hand over what the ended run had, if `changes()` is above zero. */
  restart?(platform: Platform, ended: Job, next: Job): Promise<Statement[]>;
  /** The aftermath of the end, whatever it was. Runs at least once, so it must be idempotent. */
  settled?(platform: Platform, job: Job, input: Input): Promise<void>;
  /** The same of a job that one of this type had started. */
  childSettled?(platform: Platform, child: Job): Promise<void>;
}

/** A definition as the runner sees it: inputs and checkpoints are JSON, parsed at the border. */
export interface JobDefinition {
  type: string;
  terms: JobTerms;
  permission: PlainPermission | undefined;
  batch: BatchTerms | undefined;
  run(slice: Slice<JsonObject, JsonValue>): Promise<SliceOutcome>;
  partial: ((slice: Slice<JsonObject, JsonValue>, checkpoint: JsonValue) => Promise<JsonObject>) | undefined;
  restart(platform: Platform, ended: Job, next: Job): Promise<Statement[]>;
  settled(platform: Platform, job: Job): Promise<void>;
  childSettled: ((platform: Platform, child: Job) => Promise<void>) | undefined;
}

/** Declares a kind of job, once. Names are `module.verb`. */
export function defineJob<Input, Checkpoint extends JsonValue>(
  definition: TypedDefinition<Input, Checkpoint>,
): JobDefinition {
  const { checkpoint, input, partial } = definition;
  const typed = (slice: Slice<JsonObject, JsonValue>): Slice<Input, Checkpoint> => ({
    ...slice,
    input: input.parse(slice.input),
    resumed: slice.resumed === undefined ? undefined : checkpoint.parse(slice.resumed),
  });
  return {
    type: definition.type,
    terms: definition.terms ?? {},
    permission: definition.permission ?? definition.batch?.permission,
    batch: definition.batch,
    run: (slice) => definition.run(typed(slice)),
    partial: partial && ((slice, at) => partial(typed(slice), checkpoint.parse(at))),
    restart: async (platform, ended, next) => (await definition.restart?.(platform, ended, next)) ?? [],
    settled: async (platform, job) => {
      await definition.settled?.(platform, job, input.parse(job.input));
    },
    childSettled: definition.childSettled,
  };
}

/** A failure that another try can't mend; it ends the job with this code. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
