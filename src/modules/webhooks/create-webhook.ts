import { runBatch } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { callableAddress } from "./address.ts";
import { tooManyWebhooks } from "./errors.ts";
import { MAX_WEBHOOKS } from "./policy.ts";
import { newSecret } from "./secret.ts";
import { insertWebhookUpTo, type Webhook } from "./store.ts";
import { plainSubscriptions, type Subscription } from "./subscription.ts";
import { auditedWebhook } from "./views.ts";

interface WebhookRequest {
  url: string;
  events: Subscription[];
  description?: string | null | undefined;
}

export interface MadeWebhook {
  webhook: Webhook;
  /** `whsec_…`; it is kept sealed and shown this once. */
  secret: string;
}

/** Makes a webhook that is told of the desk's events from now on. */
export async function createWebhook(ctx: Ctx, input: WebhookRequest): Promise<MadeWebhook> {
  await authorize(ctx, "webhooks:write");
  const url = await callableAddress(ctx, input.url);
  const now = ctx.clock.now();
  const id = newId("whk");
  const { sealed, shown } = await newSecret(ctx.settings.DATA_SECRET, id);
  const webhook: Webhook = {
    id,
    desk_id: ctx.desk,
    url,
    description: input.description ?? null,
    events: plainSubscriptions(input.events),
    enabled: true,
    disabled_reason: null,
    secret: sealed,
    previous_secret: null,
    previous_until: null,
    failing_since: null,
    created_by: ctx.actor,
    created_at: now,
    updated_at: now,
    version: 1,
  };
  const made = await runBatch(
    ctx.db,
    insertWebhookUpTo(ctx.db, webhook, MAX_WEBHOOKS),
    auditIfChanged(ctx, { action: "webhook.create", target: id, after: auditedWebhook(webhook) }),
  );
  if (!made) throw tooManyWebhooks(MAX_WEBHOOKS);
  return { webhook, secret: shown };
}
