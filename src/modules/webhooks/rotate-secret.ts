import { runBatch } from "../../platform/database.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import type { MadeWebhook } from "./create-webhook.ts";
import { webhookChanged, webhookNotFound } from "./errors.ts";
import { ROTATION_OVERLAP_MS } from "./policy.ts";
import { newSecret } from "./secret.ts";
import { findWebhook, updateWebhook, type Webhook } from "./store.ts";
import { auditedWebhook } from "./views.ts";

/** Gives a webhook another secret. For a day the one before signs as well; one that is older still ends at once. */
export async function rotateSecret(ctx: Ctx, { id }: { id: string }): Promise<MadeWebhook> {
  await authorize(ctx, "webhooks:write");
  const before = await findWebhook(ctx.db, ctx.desk, id);
  if (before === undefined) throw webhookNotFound();
  const now = ctx.clock.now();
  const { sealed, shown } = await newSecret(ctx.settings.DATA_SECRET, before.id);
  const change = {
    secret: sealed,
    previous_secret: before.secret,
    previous_until: now + ROTATION_OVERLAP_MS,
    updated_at: now,
    version: before.version + 1,
  };
  const webhook: Webhook = { ...before, ...change };
  const states = { before: auditedWebhook(before), after: auditedWebhook(webhook) };
  const won = await runBatch(
    ctx.db,
    updateWebhook(ctx.db, before, change),
    auditIfChanged(ctx, { action: "webhook.rotate_secret", target: before.id, ...states }),
  );
  if (!won) throw webhookChanged();
  return { webhook, secret: shown };
}
