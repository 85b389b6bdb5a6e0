import type { Platform } from "../../platform/platform.ts";
import { deliverMail } from "./deliver-mail.ts";
import { parseDelivery } from "./message.ts";

const RETRY_S = 30;

export const isDeliveryQueue = (queue: string): boolean => queue.startsWith("deliveries");

/** Where a message goes that can't be read; passed in, so that delivery knows nothing of jobs. */
export type KeepDeadLetter = (platform: Platform, message: Message, queue: string) => Promise<void>;

/**
 * The consumer of deliveries, one after the other: an invocation may open only six connections. A mail that was
 * refused waits in its row for the cron; a message is retried only where the attempt could not be written down.
 */
export async function consumeDeliveries(
  platform: Platform,
  keepDeadLetter: KeepDeadLetter,
  batch: MessageBatch,
): Promise<void> {
  for (const message of batch.messages) {
    try {
      const parsed = parseDelivery(message.body);
      if (parsed === undefined) await keepDeadLetter(platform, message, batch.queue);
      else await deliverMail(platform, parsed.mail_id);
      message.ack();
    } catch (error) {
      platform.log.error("message failed", { queue: batch.queue, attempts: message.attempts, error });
      message.retry({ delaySeconds: RETRY_S });
    }
  }
}
