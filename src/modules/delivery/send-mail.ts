import type { MailId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";

/** What the queue of deliveries carries: which mail is to be sent, and nothing of it. */
export interface DeliveryMessage {
  version: 1;
  type: "mail.send";
  mail_id: MailId;
}

/** Puts a mail that was written on the queue. What fails here, the cron sends; an id without a row does nothing. */
export function sendMailSoon({ cost, defer, env }: Platform, mail_id: MailId): void {
  const message: DeliveryMessage = { version: 1, type: "mail.send", mail_id };
  cost.queue_sends += 1;
  defer(env.DELIVERIES.send(message));
}
