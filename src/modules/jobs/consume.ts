import type { Platform } from "../../platform/platform.ts";
import { wakeChains } from "../audit/chains.ts";
import type { JobDefinition } from "./define.ts";
import { type JobMessage, parseMessage } from "./message.ts";
import { isFinal } from "./policy.ts";
import { roomOf } from "./rooms.ts";
import { runSlice } from "./run-slice.ts";
import { settle } from "./settle.ts";
import { recordDeadLetter } from "./store.ts";

const DEAD_QUEUE = /^jobs-dead/;
const RETRY_S = 5;

/** The consumer of every job queue. Each message stands for itself: one that throws is retried alone. */
export async function consumeJobs(
  platform: Platform,
  definitions: JobDefinition[],
  batch: MessageBatch,
): Promise<void> {
  const handle = DEAD_QUEUE.test(batch.queue) ? buryMessage : handleMessage;
  for (const message of batch.messages) {
    try {
      await handle(platform, definitions, message, batch.queue);
      message.ack();
    } catch (error) {
      platform.log.error("message failed", { queue: batch.queue, attempts: message.attempts, error });
      message.retry({ delaySeconds: RETRY_S });
    }
  }
  if (platform.settings.REPORT_COST)
    platform.log.info("messages handled", { queue: batch.queue, cost: platform.cost });
  wakeChains(platform);
}

async function handleMessage(
  platform: Platform,
  definitions: JobDefinition[],
  message: Message,
  queue: string,
) {
  const parsed = parseMessage(message.body);
  if (parsed === undefined) return await keepDeadLetter(platform, message, queue);
  if (parsed.type === "job.run") return await runSlice(platform, definitions, parsed);
  const job = await roomOf(platform, parsed.desk_id, parsed.job_id).current();
  if (job !== undefined && isFinal(job.status)) await settle(platform, definitions, job);
}

/** A message that failed to the end: kept as a dead letter, and its job has failed. */
async function buryMessage(
  platform: Platform,
  definitions: JobDefinition[],
  message: Message,
  queue: string,
) {
  const parsed = parseMessage(message.body);
  await keepDeadLetter(platform, message, queue, parsed);
  if (parsed === undefined) return;
  const error = { code: "jobs.dead_letter", message: "The job's message could not be handled." };
  const job = await roomOf(platform, parsed.desk_id, parsed.job_id).bury(error);
  if (job !== undefined) await settle(platform, definitions, job);
}

/** Keeps a message that nothing can be done about, for whoever looks into it; of a repeated one, one. */
export async function keepDeadLetter(
  platform: Platform,
  message: Message,
  queue: string,
  parsed?: JobMessage,
): Promise<void> {
  platform.log.error("dead letter", { queue, message_id: message.id, job: parsed?.job_id });
  await recordDeadLetter(platform.db, {
    queue,
    message_id: message.id,
    body: message.body,
    message: parsed,
    attempts: message.attempts,
    at: platform.clock.now(),
  });
}
