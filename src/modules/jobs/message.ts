import { z } from "zod";
import type { Env } from "../../env.ts";
import { type DeskId, idSchema, type JobId } from "../../platform/ids.ts";
import type { Priority } from "./policy.ts";

const about = { version: z.literal(1), desk_id: idSchema("dsk"), job_id: idSchema("job") };

/**
 * Messages name a job and carry nothing of it. `job.run` asks for the one slice that the desk's turnstile granted
 * under this number, `job.settle` for the aftermath.
 */
const messageShape = z.discriminatedUnion("type", [
  z.strictObject({ ...about, type: z.literal("job.run"), grant: z.int().positive() }),
  z.strictObject({ ...about, type: z.literal("job.settle") }),
]);
export type JobMessage = z.infer<typeof messageShape>;
export type RunMessage = Extract<JobMessage, { type: "job.run" }>;

/** The message in a queue's body, or undefined where it is poison. */
export function parseMessage(body: unknown): JobMessage | undefined {
  const parsed = messageShape.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

export const runMessage = (desk_id: DeskId, job_id: JobId, grant: number): RunMessage => ({
  version: 1,
  type: "job.run",
  desk_id,
  job_id,
  grant,
});

export const settleMessage = (desk_id: DeskId, job_id: JobId): JobMessage => ({
  version: 1,
  type: "job.settle",
  desk_id,
  job_id,
});

/** Puts the message on the queue of its priority. */
export async function sendMessage(env: Env, priority: Priority, message: JobMessage): Promise<void> {
  const queues = {
    critical: env.JOBS_CRITICAL,
    high: env.JOBS_HIGH,
    normal: env.JOBS_NORMAL,
    low: env.JOBS_LOW,
  };
  await queues[priority].send(message);
}
