import type { DeliveryDefinition } from "./modules/delivery/message.ts";
import { mailDelivery } from "./modules/delivery/send-mail.ts";
import { eventPublication } from "./modules/events/publish.ts";
import { notificationListener } from "./modules/notifications/listen.ts";
import { webhookDelivery } from "./modules/webhooks/deliver-webhook.ts";
import { webhookListener } from "./modules/webhooks/hear.ts";

/** Everything that the queue of deliveries does, and who listens to events. */
export const deliveries: DeliveryDefinition[] = [
  mailDelivery,
  webhookDelivery,
  eventPublication([notificationListener, webhookListener]),
];
