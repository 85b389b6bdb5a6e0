import { DAY_MS, MINUTE_MS } from "../../platform/clock.ts";
import type { EventId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type DeliveryDefinition, defineDelivery, deliveryMessage } from "../delivery/message.ts";
import { type DeskEvent, deskEvent } from "./catalogue.ts";
import { type EventRow, findUnpublished, markPublished, unpublishedEvents } from "./store.ts";

const PUBLISH = "event.publish";
/** Long enough that an event outlives every attempt to deliver it. */
export const EVENTS_KEPT_MS = 30 * DAY_MS;

export type PublishedEvent = DeskEvent & Pick<EventRow, "id" | "desk_id" | "user_id" | "created_at">;

/** One who listens to events. It hears each at least once, so hearing is idempotent by the event's id. */
export interface Listener {
  hear(platform: Platform, event: PublishedEvent): Promise<void>;
}

/** Tells every listener of an event. If one of them fails, the message comes back and all are told again. */
export function eventPublication(listeners: Listener[]): DeliveryDefinition {
  return defineDelivery({
    type: PUBLISH,
    prefix: "evt",
    async deliver(platform, id) {
      const row = await findUnpublished(platform.db, id);
      if (row === undefined) return;
      const { created_at, desk_id, user_id } = row;
      const event = { ...deskEvent(row.type, row.data), id, created_at, desk_id, user_id };
      for (const listener of listeners) await listener.hear(platform, event);
      await markPublished(platform.db, id, platform.clock.now());
    },
  });
}

/** Puts an event that was written on the queue. What fails here, the cron sends; an id without a row does nothing. */
export async function publishSoon({ cost, env }: Pick<Platform, "env" | "cost">, id: EventId): Promise<void> {
  cost.queue_sends += 1;
  await env.DELIVERIES.send(deliveryMessage(PUBLISH, id));
}

/** As many as one `sendBatch` takes. */
const SWEEP_LIMIT = 100;

/** Puts on the queue what has waited for a minute: whoever wrote it died before they sent this. */
export async function publishOverdue({ clock, cost, db, env }: Platform): Promise<number> {
  const overdue = await unpublishedEvents(db, clock.now() - MINUTE_MS, SWEEP_LIMIT);
  if (overdue.length === 0) return 0;
  cost.queue_sends += overdue.length;
  await env.DELIVERIES.sendBatch(overdue.map((id) => ({ body: deliveryMessage(PUBLISH, id) })));
  return overdue.length;
}
