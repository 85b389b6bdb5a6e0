import { requireVersion } from "../../http/preconditions.ts";
import { versionChanged } from "../../http/problem.ts";
import { runBatch } from "../../platform/database.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { callableAddress } from "./address.ts";
import { webhookNotFound } from "./errors.ts";
import { deleteWebhook as drop, findWebhook, updateWebhook as update, type Webhook } from "./store.ts";
import { plainSubscriptions, type Subscription } from "./subscription.ts";
import { auditedWebhook } from "./views.ts";

interface WebhookEdit {
  url?: string | undefined;
  events?: Subscription[] | undefined;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
}

/** Changes a webhook, only from the version that the caller read. What waits for it goes where it then points. */
export async function editWebhook(
  ctx: Ctx,
  { edit, id, ifMatch }: { edit: WebhookEdit; id: string; ifMatch: string | undefined },
): Promise<Webhook> {
  await authorize(ctx, "webhooks:write");
  const before = await findWebhook(ctx.db, ctx.desk, id);
  if (before === undefined) throw webhookNotFound();
  requireVersion(ifMatch, before.version);
  const change = {
    url: edit.url === undefined ? before.url : await callableAddress(ctx, edit.url),
    events: edit.events === undefined ? before.events : plainSubscriptions(edit.events),
    description: edit.description === undefined ? before.description : edit.description,
    ...standingAfter(before, edit.enabled),
    updated_at: ctx.clock.now(),
    version: before.version + 1,
  };
  const after: Webhook = { ...before, ...change };
  const states = { before: auditedWebhook(before), after: auditedWebhook(after) };
  const won = await runBatch(
    ctx.db,
    update(ctx.db, before, change),
    auditIfChanged(ctx, { action: "webhook.update", target: before.id, ...states }),
  );
  if (!won) throw versionChanged();
  return after;
}

/** Enabling forgets the failures so far; disabling what is disabled keeps why it is. Nothing else touches either. */
function standingAfter(before: Webhook, enabled: boolean | undefined): Partial<Webhook> {
  if (enabled === true) return { enabled, disabled_reason: null, failing_since: null };
  return enabled === false && before.enabled ? { enabled, disabled_reason: "requested" } : {};
}

/** Deletes a webhook; what waits for it is not sent any more. */
export async function deleteWebhook(ctx: Ctx, { id }: { id: string }): Promise<void> {
  await authorize(ctx, "webhooks:write");
  const webhook = await findWebhook(ctx.db, ctx.desk, id);
  if (webhook === undefined) throw webhookNotFound();
  const won = await runBatch(
    ctx.db,
    drop(ctx.db, webhook),
    auditIfChanged(ctx, { action: "webhook.delete", target: webhook.id, before: auditedWebhook(webhook) }),
  );
  if (!won) throw webhookNotFound();
}
