import { reach } from "./faults.ts";

/** Puts one message on a queue. */
export async function sendTo(queue: Queue, message: object): Promise<void> {
  await reach("queue.send", JSON.stringify(message));
  await queue.send(message);
}
