import { SECOND_MS } from "../../platform/clock.ts";
import { guardedFetch, type Outcome } from "../../platform/guarded-fetch.ts";
import type { Platform } from "../../platform/platform.ts";
import type { WebhookDelivery } from "./delivery-store.ts";
import { type AttemptResult, errorOfStatus, retryAfterMs } from "./policy.ts";
import { openSecret, signatureOf } from "./secret.ts";
import type { Webhook } from "./store.ts";

/** Enough for a connection to end well; nobody is shown any of it. */
const MAX_ANSWER_BYTES = 1_024;

export type Attempted = AttemptResult & { retry_after_ms: number };

/** Sends the delivery once, under the event's id and signed as of now. */
export async function attempt(
  platform: Platform,
  webhook: Webhook,
  { body, event_id }: WebhookDelivery,
): Promise<Attempted> {
  const { clock } = platform;
  const started = clock.now();
  const timestamp = Math.floor(started / SECOND_MS);
  const secrets = await secretsInForce(platform, webhook, started);
  const outcome = await guardedFetch(platform, webhook.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "Bourse-Webhooks/1",
      "webhook-id": event_id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await signatureOf(secrets, { id: event_id, timestamp, body }),
    },
    body,
    max_bytes: MAX_ANSWER_BYTES,
  });
  const ended = clock.now();
  return { ...resultOf(outcome, ended), duration_ms: ended - started };
}

async function secretsInForce({ settings }: Platform, webhook: Webhook, now: number) {
  const { id, previous_secret, previous_until, secret } = webhook;
  const former = previous_secret !== null && (previous_until ?? 0) > now ? [previous_secret] : [];
  return await Promise.all([secret, ...former].map((sealed) => openSecret(settings.DATA_SECRET, id, sealed)));
}

function resultOf(outcome: Outcome, now: number): Omit<Attempted, "duration_ms"> {
  const unanswered = { status: null, retry_after_ms: 0 };
  switch (outcome.kind) {
    case "refused":
      return { ...unanswered, error: "refused" };
    case "timeout":
      return { ...unanswered, error: "timeout" };
    case "failed":
      return { ...unanswered, error: outcome.reason };
    case "answered": {
      const { headers, status } = outcome;
      const error = errorOfStatus(status) ?? null;
      return { status, error, retry_after_ms: retryAfterMs(headers.get("retry-after"), now) };
    }
  }
}
