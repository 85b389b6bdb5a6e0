import type { Platform } from "../../platform/platform.ts";
import { wakeChains } from "../audit/chains.ts";
import { type DeliveryDefinition, taskOf } from "./message.ts";

const RETRY_S = 30;

export const isDeliveryQueue = (queue: string): boolean => queue.startsWith("deliveries");

/** Where a message goes that can't be read; passed in, so that delivery knows nothing of jobs. */
export type KeepDeadLetter = (platform: Platform, message: Message, queue: string) => Promise<void>;

/**
 * The consumer of deliveries, one after the other: an invocation may open only six connections. What was refused
 * outside waits in its row for the cron; a message is retried only where the attempt could not be written down.
 */
export async function consumeDeliveries(
  platform: Platform,
  definitions: DeliveryDefinition[],
  keepDeadLetter: KeepDeadLetter,
  batch: MessageBatch,
): Promise<void> {
  for (const message of batch.messages) {
    try {
      const deliver = taskOf(definitions, message.body);
      if (deliver === undefined) await keepDeadLetter(platform, message, batch.queue);
      else await deliver(platform);
      message.ack();
    } catch (error) {
      platform.log.error("message failed", { queue: batch.queue, attempts: message.attempts, error });
      message.retry({ delaySeconds: RETRY_S });
    }
  }
  wakeChains(platform);
}
