import type { DeliveryDefinition } from "./modules/delivery/message.ts";
import { mailDelivery } from "./modules/delivery/send-mail.ts";
import { eventPublication } from "./modules/events/publish.ts";
import { notificationListener } from "./modules/notifications/listen.ts";

/** Everything that the queue of deliveries does, and who listens to events. */
export const deliveries: DeliveryDefinition[] = [mailDelivery, eventPublication([notificationListener])];
