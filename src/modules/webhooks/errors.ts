import { invalidInput, Problem } from "../../http/problem.ts";
import { REFUSALS, type Refusal } from "../../platform/outbound-policy.ts";

export const webhookNotFound = () =>
  new Problem(404, "webhooks.not_found", "There is no such webhook on this desk.");

export const deliveryNotFound = () =>
  new Problem(
    404,
    "webhook_deliveries.not_found",
    "There is no such delivery of such a webhook on this desk.",
  );

export const tooManyWebhooks = (max: number) =>
  new Problem(409, "webhooks.too_many", `A desk has at most ${max} webhooks; delete one that nobody needs.`);

export const webhookDisabled = () =>
  new Problem(409, "webhooks.disabled", "The webhook is disabled; enable it again first.");

export const addressRefused = (refusal: Refusal) =>
  invalidInput([{ path: "url", code: `webhooks.url_${refusal}`, message: REFUSALS[refusal] }]);

export const webhookChanged = () =>
  new Problem(409, "webhooks.changed", "The webhook has just been changed by somebody else; read it again.");
