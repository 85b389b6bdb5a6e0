import { MINUTE_MS } from "../../platform/clock.ts";
import type { MailId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { deliverMail } from "./deliver-mail.ts";
import { defineDelivery, deliveryMessage } from "./message.ts";
import { dueMails } from "./store.ts";

export const mailDelivery = defineDelivery({ type: "mail.send", prefix: "mai", deliver: deliverMail });

export const mailMessage = (id: MailId) => deliveryMessage(mailDelivery.type, id);

/** Puts a mail that was written on the queue. What fails here, the cron sends; an id without a row does nothing. */
export function sendMailSoon({ cost, defer, env }: Platform, id: MailId): void {
  cost.queue_sends += 1;
  defer(env.DELIVERIES.send(mailMessage(id)));
}

/** As many as one `sendBatch` takes. */
const SWEEP_LIMIT = 100;

/** Puts on the queue what has been due for a minute: a retry, or a mail whose request died before it sent this. */
export async function sendDueMails({ clock, cost, db, env }: Platform): Promise<number> {
  const due = await dueMails(db, clock.now() - MINUTE_MS, SWEEP_LIMIT);
  if (due.length === 0) return 0;
  cost.queue_sends += due.length;
  await env.DELIVERIES.sendBatch(due.map((id) => ({ body: mailMessage(id) })));
  return due.length;
}
