import type { z } from "zod";
import type { DeskId, JobId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Job, JsonObject, JsonValue, Progress } from "./job.ts";

/** One slice's view of its job. Each method renews the lease, and throws when the slice must stop. */
export interface Slice<Input, Checkpoint> {
  id: JobId;
  desk: DeskId;
  created_by: string;
  input: Input;
  platform: Platform;
  /** What the last checkpoint kept, or undefined in the first slice. */
  resumed: Checkpoint | undefined;
  /** Aborted as soon as a heartbeat learns that the job is cancelled or the lease lost. */
  signal: AbortSignal;
  progress(progress: Progress): Promise<void>;
  /** Work before it is never repeated, work after it may be: effects are idempotent between two checkpoints. */
  checkpoint(state: Checkpoint, progress: Progress): Promise<void>;
  /** Whether this invocation has used its share of time. Ask after a checkpoint, and return "yield" then. */
  exhausted(): boolean;
}

export type SliceOutcome = "yield" | { done: JsonObject };

interface TypedDefinition<Input, Checkpoint> {
  type: string;
  input: z.ZodType<Input>;
  checkpoint: z.ZodType<Checkpoint>;
  run(slice: Slice<Input, Checkpoint>): Promise<SliceOutcome>;
  /** The aftermath of the end, whatever it was. Runs at least once, so it must be idempotent. */
  settled?(platform: Platform, job: Job, input: Input): Promise<void>;
}

/** A definition as the runner sees it: inputs and checkpoints are JSON, parsed at the border. */
export interface JobDefinition {
  type: string;
  run(slice: Slice<JsonObject, JsonValue>): Promise<SliceOutcome>;
  settled(platform: Platform, job: Job): Promise<void>;
}

/** Declares a kind of job, once. Names are `module.verb`. */
export function defineJob<Input, Checkpoint extends JsonValue>(
  definition: TypedDefinition<Input, Checkpoint>,
): JobDefinition {
  return {
    type: definition.type,
    run: (slice) =>
      definition.run({
        ...slice,
        input: definition.input.parse(slice.input),
        resumed: slice.resumed === undefined ? undefined : definition.checkpoint.parse(slice.resumed),
      }),
    settled: async (platform, job) => {
      await definition.settled?.(platform, job, definition.input.parse(job.input));
    },
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
