import { Cut, reach } from "../../platform/faults.ts";
import type { Platform } from "../../platform/platform.ts";
import { type JobDefinition, PermanentFailure, type Slice } from "./define.ts";
import type { Job, JobError, JsonObject, JsonValue } from "./job.ts";
import type { Advance, Order } from "./lease.ts";
import type { JobMessage } from "./message.ts";
import { isFinal } from "./policy.ts";
import { type RoomApi, roomOf } from "./rooms.ts";

/** Thrown inside a slice that must stop, and caught only by the runner. */
class Ordered extends Error {
  readonly order: Exclude<Order, "go_on">;

  constructor(order: Exclude<Order, "go_on">) {
    super(`ordered to stop: ${order}`);
    this.order = order;
  }
}

/** Runs one slice of the job in the message, if it can be leased. Safe to call for every copy of a message. */
export async function runSlice(
  platform: Platform,
  definitions: JobDefinition[],
  message: JobMessage,
): Promise<void> {
  const room = roomOf(platform, message.desk_id, message.job_id);
  const answer = await room.lease();
  if ("refused" in answer) return;
  const { lease, job } = answer;
  await reach("slice.leased", job.id);
  const definition = definitions.find((each) => each.type === job.type);
  if (definition === undefined) {
    await room.fail(lease, { code: "jobs.unknown_type", message: `No handler for ${job.type}.` }, false);
    return;
  }
  const ended = await outcomeOf(platform, definition, room, lease, job, answer.checkpoint);
  if (ended !== undefined && isFinal(ended.status)) await settle(platform, definition, room, ended);
}

async function outcomeOf(
  platform: Platform,
  definition: JobDefinition,
  room: RoomApi,
  lease: string,
  job: Job,
  checkpoint: JsonValue,
): Promise<Job | undefined> {
  const stop = new AbortController();
  const heartbeat = setInterval(() => {
    room.advance(lease, {}).then(
      (order) => order === "go_on" || stop.abort(new Ordered(order)),
      () => {},
    );
  }, platform.settings.JOB_LEASE_MS / 3);
  try {
    const outcome = await definition.run(sliceOf(platform, room, lease, job, checkpoint, stop));
    await reach("slice.ran", job.id);
    if (outcome !== "yield") return await room.succeed(lease, outcome.done);
    const order = await room.yield(lease);
    await reach("slice.yielded", job.id);
    return order === "cancel" ? await room.stopped(lease) : undefined;
  } catch (error) {
    return await failureOf(platform, room, lease, job, error);
  } finally {
    clearInterval(heartbeat);
  }
}

function sliceOf(
  platform: Platform,
  room: RoomApi,
  lease: string,
  job: Job,
  checkpoint: JsonValue,
  stop: AbortController,
): Slice<JsonObject, JsonValue> {
  const started = platform.clock.now();
  const advance = async (step: Advance) => {
    const order = await room.advance(lease, step);
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
    resumed: checkpoint === null ? undefined : checkpoint,
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

async function failureOf(
  platform: Platform,
  room: RoomApi,
  lease: string,
  job: Job,
  error: unknown,
): Promise<Job | undefined> {
  if (error instanceof Cut) throw error;
  if (error instanceof Ordered) return error.order === "cancel" ? await room.stopped(lease) : undefined;
  const permanent = error instanceof PermanentFailure;
  if (!permanent) platform.log.error("slice failed", { job: job.id, type: job.type, error });
  const told: JobError = permanent
    ? { code: error.code, message: error.message }
    : { code: "jobs.internal", message: "The job failed on our side." };
  return await room.fail(lease, told, !permanent);
}

/** Does what a job's end asks for and tells the room that it was done; else the room asks again. */
async function settle(platform: Platform, definition: JobDefinition, room: RoomApi, job: Job): Promise<void> {
  await definition.settled(platform, job);
  await reach("slice.settled", job.id);
  await room.confirmSettled();
  await reach("slice.confirmed", job.id);
}

/** Settles a job that has ended, for whoever ended it from outside a slice. */
export async function settleJob(platform: Platform, definitions: JobDefinition[], job: Job): Promise<void> {
  const definition = definitions.find((each) => each.type === job.type);
  const room = roomOf(platform, job.desk_id, job.id);
  if (definition !== undefined) await settle(platform, definition, room, job);
  else await room.confirmSettled();
}
