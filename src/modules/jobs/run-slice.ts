import { Cut, reach } from "../../platform/faults.ts";
import type { Platform } from "../../platform/platform.ts";
import { type JobDefinition, PermanentFailure, type Slice } from "./define.ts";
import type { Job, JobError, JsonObject, JsonValue } from "./job.ts";
import type { Advance } from "./lease.ts";
import type { RunMessage } from "./message.ts";
import { isFinal, type Order } from "./policy.ts";
import { type RoomApi, roomOf } from "./rooms.ts";
import { settle } from "./settle.ts";
import { turnstileOf } from "./turnstiles.ts";

/** Thrown inside a slice that must stop, and caught only by the runner. */
class Ordered extends Error {
  override readonly name = "Ordered";
  readonly order: Exclude<Order, "go_on">;

  constructor(order: Exclude<Order, "go_on">) {
    super(`ordered to stop: ${order}`);
    this.order = order;
  }
}

/** One lease of a job, as the runner holds it. */
interface Run {
  platform: Platform;
  room: RoomApi;
  lease: string;
  job: Job;
  /** The latest one that the room has kept; null before the first. */
  checkpoint: JsonValue;
  stop: AbortController;
}

/** Runs one slice of the job in the message, if it can be leased. Safe to call for every copy of a message. */
export async function runSlice(
  platform: Platform,
  definitions: JobDefinition[],
  { desk_id, grant, job_id }: RunMessage,
): Promise<void> {
  const room = roomOf(platform, desk_id, job_id);
  const answer = await room.lease(grant);
  if ("refused" in answer) {
    if (answer.refused !== "leased") await turnstileOf(platform, desk_id).giveBack(job_id, grant);
    return;
  }
  const run: Run = { platform, room, ...answer, stop: new AbortController() };
  await reach("slice.leased", job_id);
  const definition = definitions.find(({ type }) => type === run.job.type);
  const ended =
    definition === undefined
      ? await room.fail(run.lease, unknownType(run.job), false)
      : await outcomeOf(run, definition);
  if (ended !== undefined && isFinal(ended.status)) await settle(platform, definitions, ended);
}

const unknownType = ({ type }: Job): JobError => ({
  code: "jobs.unknown_type",
  message: `No handler for ${type}.`,
});

async function outcomeOf(run: Run, definition: JobDefinition): Promise<Job | undefined> {
  const { lease, platform, room, stop } = run;
  const heartbeat = setInterval(() => {
    room.advance(lease, {}).then(
      (order) => order === "go_on" || stop.abort(new Ordered(order)),
      () => {},
    );
  }, platform.settings.JOB_LEASE_MS / 3);
  try {
    // Nothing is finished that was not begun: the order comes again at the first checkpoint.
    if (run.job.requested === "finish" && run.checkpoint !== null) return await finishEarly(run, definition);
    const outcome = await definition.run(sliceOf(run));
    await reach("slice.ran", run.job.id);
    if (outcome !== "yield" && "done" in outcome) return await room.succeed(lease, outcome.done);
    const order = await room.yield(lease, outcome === "yield" ? undefined : outcome.wait_ms);
    await reach("slice.yielded", run.job.id);
    return await stopAs(run, definition, order);
  } catch (error) {
    if (error instanceof Ordered) return await stopAs(run, definition, error.order);
    return await failureOf(run, error);
  } finally {
    clearInterval(heartbeat);
  }
}

/** Ends the slice as the room has ordered. */
async function stopAs(run: Run, definition: JobDefinition, order: Order): Promise<Job | undefined> {
  if (order === "go_on" || order === "lost") return undefined;
  if (order !== "finish") return await run.room.stopped(run.lease, order);
  try {
    return await finishEarly(run, definition);
  } catch (error) {
    return await failureOf(run, error);
  }
}

async function finishEarly(run: Run, definition: JobDefinition): Promise<Job | undefined> {
  if (definition.partial === undefined) {
    throw new PermanentFailure("jobs.cannot_finish", "Jobs of this type have no partial result.");
  }
  const result = await definition.partial(sliceOf(run), run.checkpoint);
  await reach("slice.ran", run.job.id);
  return await run.room.succeed(run.lease, { ...result, partial: true });
}

function sliceOf(run: Run): Slice<JsonObject, JsonValue> {
  const { job, platform, stop } = run;
  const started = platform.clock.now();
  const advance = async (step: Advance) => {
    const order = await run.room.advance(run.lease, step);
    if (step.checkpoint !== undefined && order !== "lost") run.checkpoint = step.checkpoint;
    if (order === "go_on") return;
    stop.abort(new Ordered(order));
    throw new Ordered(order);
  };
  return {
    id: job.id,
    desk: job.desk_id,
    created_by: job.created_by,
    input: job.input,
    platform,
    resumed: run.checkpoint === null ? undefined : run.checkpoint,
    signal: stop.signal,
    progress: (progress) => advance({ progress }),
    checkpoint: async (state, progress) => {
      await advance({ checkpoint: state, progress });
      await scheduler.wait(1); // locally all invocations share one thread, and watchers want their turn
      await reach("slice.checkpointed", job.id);
    },
    exhausted: () => platform.clock.now() - started >= platform.settings.JOB_SLICE_MS,
  };
}

async function failureOf({ job, lease, platform, room }: Run, error: unknown): Promise<Job | undefined> {
  if (error instanceof Cut) throw error;
  const permanent = error instanceof PermanentFailure;
  if (!permanent) platform.log.error("slice failed", { job: job.id, type: job.type, error });
  const told: JobError = permanent
    ? { code: error.code, message: error.message }
    : { code: "jobs.internal", message: "The job failed on our side." };
  return await room.fail(lease, told, !permanent);
}
