import { z } from "zod";
import type { Env } from "../../env.ts";
import { type DeskId, idSchema, type JobId } from "../../platform/ids.ts";
import type { Priority } from "./policy.ts";

/** Messages name a job and carry nothing of it. `job.run` asks for a slice, `job.settle` for the aftermath. */
const messageShape = z.strictObject({
  version: z.literal(1),
  type: z.enum(["job.run", "job.settle"]),
  desk_id: idSchema("dsk"),
  job_id: idSchema("job"),
});
export type JobMessage = z.infer<typeof messageShape>;

/** The message in a queue's body, or undefined where it is poison. */
export function parseMessage(body: unknown): JobMessage | undefined {
  const parsed = messageShape.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

export function runMessage(desk_id: DeskId, job_id: JobId): JobMessage {
  return { version: 1, type: "job.run", desk_id, job_id };
}

export function settleMessage(desk_id: DeskId, job_id: JobId): JobMessage {
  return { version: 1, type: "job.settle", desk_id, job_id };
}

const MAX_DELAY_S = 43_200;

/** Puts the message on the queue of its priority, to come after `delay_ms`. */
export async function sendMessage(
  env: Env,
  priority: Priority,
  message: JobMessage,
  delay_ms = 0,
): Promise<void> {
  const queues = {
    critical: env.JOBS_CRITICAL,
    high: env.JOBS_HIGH,
    normal: env.JOBS_NORMAL,
    low: env.JOBS_LOW,
  };
  const delaySeconds = Math.min(MAX_DELAY_S, Math.ceil(delay_ms / 1000));
  await queues[priority].send(message, delaySeconds > 0 ? { delaySeconds } : {});
}
