import { runBatch } from "../../platform/database.ts";
import type { DeskId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { type DeliveryMessage, deliveryIn } from "../delivery/message.ts";
import type { Steerer } from "./control.ts";
import { sendJob } from "./create.ts";
import { type DeadLetter, handleLetter } from "./dead-letter-store.ts";
import { letterOf } from "./dead-letters.ts";
import type { JobDefinition } from "./define.ts";
import { jobNotFound, letterHandled, letterUnreadable } from "./errors.ts";
import type { Job } from "./job.ts";
import { type JobMessage, parseMessage, sendMessage, settleMessage } from "./message.ts";
import { isFinal } from "./policy.ts";
import { startRetry } from "./retry.ts";
import { roomOf } from "./rooms.ts";
import { findJob, findRetry } from "./store.ts";

interface Replayed {
  letter: DeadLetter;
  /** The job that goes on, or the new run of it; null where the message was none of a job. */
  job: Job | null;
  changed: boolean;
}

/** Tries the message of a dead letter again. Once more does nothing and answers the same. */
export async function replayDeadLetter(
  ctx: Ctx,
  types: JobDefinition[],
  { id }: { id: string },
): Promise<Replayed> {
  requirePermission(ctx, "dead_letters:write");
  return await replayLetter(ctx, types, await letterOf(ctx, id));
}

/**
 * The same for whoever has the permission. It is sent before the letter says so: should this die between the two, the
 * letter is open still, and a message that comes twice does nothing the second time.
 */
export async function replayLetter(
  by: Steerer,
  types: JobDefinition[],
  letter: DeadLetter,
): Promise<Replayed> {
  if (letter.status === "discarded") throw letterHandled(letter.status);
  const message = messageOf(letter);
  if (message === undefined) throw letterUnreadable();
  if (letter.status === "replayed") return { letter, job: await presentJob(by, message), changed: false };
  const job = await sendAgain(by, types, message);
  const { db, desk } = by;
  const changed = await runBatch(
    db,
    handleLetter(db, desk, letter.id, "replayed", by.actor, by.clock.now()),
    auditIfChanged(by, { action: "dead_letter.replay", target: letter.id }),
  );
  return { letter: await letterOf(by, letter.id), job, changed };
}

function messageOf({ body, reason }: DeadLetter): JobMessage | DeliveryMessage | undefined {
  if (reason === "unreadable") return undefined;
  const content: unknown = JSON.parse(body);
  return parseMessage(content) ?? deliveryIn(content);
}

async function presentJob({ db, desk }: Steerer, message: JobMessage | DeliveryMessage): Promise<Job | null> {
  if (!("job_id" in message)) return null;
  const { job_id } = message;
  return (await findRetry(db, desk, job_id)) ?? (await findJob(db, desk, job_id)) ?? null;
}

async function sendAgain(
  by: Steerer,
  types: JobDefinition[],
  message: JobMessage | DeliveryMessage,
): Promise<Job | null> {
  if ("job_id" in message) return await goOn(by, types, by.desk, message);
  by.cost.queue_sends += 1;
  await by.env.DELIVERIES.send(message);
  return null;
}

/** Lets the job go on from where its message died: its next slice, its aftermath, or a new run where it has failed. */
async function goOn(by: Steerer, types: JobDefinition[], desk: DeskId, message: JobMessage): Promise<Job> {
  const job = await roomOf(by, desk, message.job_id).current();
  if (job === undefined) throw jobNotFound();
  if (message.type === "job.settle") {
    by.cost.queue_sends += 1;
    await sendMessage(by.env, job.priority, settleMessage(desk, job.id));
    return job;
  }
  if (!isFinal(job.status)) await sendJob(by, job);
  else if (job.status !== "succeeded") return (await startRetry(by, types, job)).job;
  return job;
}
