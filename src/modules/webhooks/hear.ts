import type { Listener } from "../events/publish.ts";
import { queueDeliveries } from "./delivery-store.ts";
import { sendDeliveries } from "./message.ts";
import { bodyOf } from "./payload.ts";

/** Has every webhook of the desk told that asks for the event's type. */
export const webhookListener: Listener = {
  async hear(platform, event) {
    const payload = {
      event_id: event.id,
      event_type: event.type,
      body: bodyOf(event),
      now: platform.clock.now(),
    };
    await sendDeliveries(platform, await queueDeliveries(platform.db, event.desk_id, payload));
  },
};
