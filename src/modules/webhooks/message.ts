import { MINUTE_MS } from "../../platform/clock.ts";
import type { WebhookDeliveryId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { deliveryMessage } from "../delivery/message.ts";
import { dueDeliveries } from "./delivery-store.ts";

export const SEND = "webhook.send";

/** As many as one `sendBatch` takes. */
const SWEEP_LIMIT = 100;

/** Puts deliveries that were written on the queue, to come after the delay. What fails here, the cron sends. */
export async function sendDeliveries(
  { cost, env }: Pick<Platform, "cost" | "env">,
  ids: WebhookDeliveryId[],
  delaySeconds = 0,
): Promise<void> {
  if (ids.length === 0) return;
  cost.queue_sends += ids.length;
  await env.DELIVERIES.sendBatch(
    ids.map((id) => ({ body: deliveryMessage(SEND, id) })),
    delaySeconds > 0 ? { delaySeconds } : {},
  );
}

/** Puts on the queue what has been due for a minute: a late retry, or what lost its message or its Worker. */
export async function sendDueWebhooks(platform: Platform): Promise<number> {
  const due = await dueDeliveries(platform.db, platform.clock.now() - MINUTE_MS, SWEEP_LIMIT);
  await sendDeliveries(platform, due);
  return due.length;
}
