import { type Database, runBatch } from "../../platform/database.ts";
import { type DeskId, type EventId, isId, newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { wakeChains } from "../audit/chains.ts";
import { type DeliveryMessage, deliveryIn } from "../delivery/message.ts";
import { deskOfMail } from "../delivery/store.ts";
import { publishSoon } from "../events/publish.ts";
import { findEvent, insertEventIfChanged, type NewEvent } from "../events/store.ts";
import { type DeadLetter, insertDeadLetter } from "./dead-letter-store.ts";
import type { JobDefinition } from "./define.ts";
import { type JobMessage, parseMessage } from "./message.ts";
import { isFinal } from "./policy.ts";
import { roomOf } from "./rooms.ts";
import { runSlice } from "./run-slice.ts";
import { settle } from "./settle.ts";

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

/** A message that failed to the end: kept as a dead letter, and a job whose slice it was to start has failed. */
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
  const room = roomOf(platform, parsed.desk_id, parsed.job_id);
  const job = parsed.type === "job.run" ? await room.bury(error, parsed.grant) : await room.current();
  if (job !== undefined && isFinal(job.status)) await settle(platform, definitions, job);
}

/**
 * Keeps a message that nothing can be done about, for whoever looks into it; of a repeated one, one. The desk that it
 * is of is told by an event in the same batch; one of no desk is only logged, at error level.
 */
export async function keepDeadLetter(
  platform: Platform,
  message: Message,
  queue: string,
  parsed?: JobMessage,
): Promise<void> {
  const { clock, db, log } = platform;
  const delivery = DEAD_QUEUE.test(queue) ? deliveryIn(message.body) : undefined;
  const { desk, tellable } = parsed ? { desk: parsed.desk_id, tellable: true } : await ownerOf(db, delivery);
  const letter = {
    id: newId("ded"),
    desk_id: desk,
    job_id: parsed?.job_id ?? null,
    queue,
    message_id: message.id,
    body: JSON.stringify(message.body) ?? "null",
    attempts: message.attempts,
    reason: (parsed ?? delivery) ? ("retries_used_up" as const) : ("unreadable" as const),
    created_at: clock.now(),
  };
  const { id, job_id, message_id, reason } = letter;
  log.error("dead letter", { id, queue, message_id, reason, desk, job: job_id });
  const alarm = desk !== null && tellable ? createdEvent(letter, desk) : undefined;
  const told = alarm === undefined ? [] : [insertEventIfChanged(db, alarm)];
  const isNew = await runBatch(db, insertDeadLetter(db, letter), ...told);
  if (isNew && alarm !== undefined) platform.defer(publishSoon(platform, alarm.id));
}

/** The event that tells the desk's admins; of one letter there is one. */
function createdEvent(
  letter: Pick<DeadLetter, "id" | "queue" | "job_id" | "created_at">,
  desk: DeskId,
): NewEvent {
  const { created_at: now, id: dead_letter_id, job_id, queue } = letter;
  const id: EventId = `evt_${dead_letter_id.slice("ded_".length)}`;
  const data = { dead_letter_id, queue, job_id };
  return { id, desk, user: null, now, type: "dead_letter.created", data };
}

/** The desk of the row that a delivery names, where that is known here. What tells of a dead letter is not told again. */
async function ownerOf(
  db: Database,
  delivery: DeliveryMessage | undefined,
): Promise<{ desk: DeskId | null; tellable: boolean }> {
  const id = delivery?.id ?? "";
  if (isId("mai", id)) return { desk: await deskOfMail(db, id), tellable: true };
  const event = isId("evt", id) ? await findEvent(db, id) : undefined;
  return { desk: event?.desk_id ?? null, tellable: event?.type !== "dead_letter.created" };
}
