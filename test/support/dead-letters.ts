import { keepDeadLetter } from "../../src/modules/jobs/consume.ts";
import { parseMessage, runMessage } from "../../src/modules/jobs/message.ts";
import { isId } from "../../src/platform/ids.ts";
import { testEnv } from "./env.ts";
import { testPlatform } from "./platform.ts";

/** A message that has failed to the end, kept as the consumer keeps it; answers the letter's id. */
export async function keepMessage(body: unknown, queue = "jobs-dead"): Promise<string> {
  const id = crypto.randomUUID();
  const message = { id, timestamp: new Date(), attempts: 1, body, ack: () => {}, retry: () => {} };
  const platform = testPlatform();
  await keepDeadLetter(platform, message, queue, parseMessage(body));
  await Promise.all(platform.deferred);
  const row = await testEnv.DB.prepare("SELECT id FROM dead_letters WHERE message_id = ?").bind(id).first<{
    id: string;
  }>();
  if (row === null) throw new Error("the message was not kept");
  return row.id;
}

/** The dead letter of a slice's message of this job. */
export async function keepRunMessage(desk_id: string, job_id: string, grant = 1): Promise<string> {
  if (!isId("dsk", desk_id) || !isId("job", job_id)) throw new Error(`no ids: ${desk_id}, ${job_id}`);
  return await keepMessage(runMessage(desk_id, job_id, grant));
}
