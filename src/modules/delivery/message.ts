import { z } from "zod";
import { idSchema, type MailId } from "../../platform/ids.ts";

/** What the queue of deliveries carries: which mail is to be sent, and nothing of it. */
const messageShape = z.strictObject({
  version: z.literal(1),
  type: z.literal("mail.send"),
  mail_id: idSchema("mai"),
});
export type DeliveryMessage = z.infer<typeof messageShape>;

/** The message in a queue's body, or undefined where it is poison. */
export function parseDelivery(body: unknown): DeliveryMessage | undefined {
  const parsed = messageShape.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

export const mailMessage = (mail_id: MailId): DeliveryMessage => ({ version: 1, type: "mail.send", mail_id });
