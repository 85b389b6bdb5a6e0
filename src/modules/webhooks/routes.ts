import { createRoute, z } from "@hono/zod-openapi";
import type { AppContext } from "../../http/app-env.ts";
import { keepInstead } from "../../http/idempotency.ts";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { etagOfVersion } from "../../http/preconditions.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { createWebhook, type MadeWebhook } from "./create-webhook.ts";
import { deliveryRoutes } from "./delivery-routes.ts";
import { deleteWebhook, editWebhook } from "./edit-webhook.ts";
import { getWebhook, listWebhooks } from "./read-webhooks.ts";
import { rotateSecret } from "./rotate-secret.ts";
import { webhookEdit, webhookParams, webhookRequest, webhookSchema, webhookWithSecret } from "./schemas.ts";
import { webhookView } from "./views.ts";

const WEBHOOKS = ["Webhooks"];
const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Send it back as `If-Match` to change it" }),
});

/** The secret goes into this answer alone; what is kept for a replay is the webhook without it. */
function shownOnce(c: AppContext, { secret, webhook }: MadeWebhook): z.infer<typeof webhookWithSecret> {
  const view = webhookView(webhook);
  keepInstead(c, view);
  return { ...view, secret };
}

export const webhookRoutes = newRouter();
webhookRoutes.route("/", deliveryRoutes);

webhookRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/webhooks",
    operationId: "createWebhook",
    summary: "Make a webhook",
    description:
      "Tells an address of the desk's events, by the Standard Webhooks scheme. Its secret is shown this once.",
    tags: WEBHOOKS,
    ...needs("webhooks:write"),
    request: {
      body: jsonBody(webhookRequest, {
        url: "https://hooks.desk.example/bourse",
        events: ["job.failed", "batch.completed"],
        description: "Feeds the blotter",
      }),
    },
    responses: {
      201: { ...json(webhookWithSecret, "The webhook with its secret"), headers: etagHeader },
      ...privateProblems(400, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const made = await createWebhook(contextOf(c), c.req.valid("json"));
    const { id, version } = made.webhook;
    const headers = { etag: etagOfVersion(version), location: `/v1/webhooks/${id}` };
    return c.json(shownOnce(c, made), 201, headers);
  },
);

webhookRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/webhooks",
    operationId: "listWebhooks",
    summary: "List webhooks",
    description: "The desk's webhooks, the newest first, disabled ones too.",
    tags: WEBHOOKS,
    ...needs("webhooks:read"),
    request: { query: z.object(listQuery) },
    responses: {
      200: json(listSchema(webhookSchema).openapi("WebhookList"), "A page of webhooks"),
      ...privateProblems(422),
    },
  }),
  async (c) => {
    const page = await listWebhooks(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(webhookView) }, 200, nextLink(c.req.url, page));
  },
);

webhookRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/webhooks/{id}",
    operationId: "getWebhook",
    summary: "Get a webhook",
    description: "With an ETag for changing it, and without its secret.",
    tags: WEBHOOKS,
    ...needs("webhooks:read"),
    request: { params: webhookParams },
    responses: {
      200: { ...json(webhookSchema, "The webhook"), headers: etagHeader },
      ...privateProblems(404),
    },
  }),
  async (c) => {
    const webhook = await getWebhook(contextOf(c), c.req.valid("param"));
    return c.json(webhookView(webhook), 200, { etag: etagOfVersion(webhook.version) });
  },
);

webhookRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/v1/webhooks/{id}",
    operationId: "editWebhook",
    summary: "Change a webhook",
    description:
      "Needs `If-Match` with the ETag that was read. Enabling it again forgets the failures that disabled it.",
    tags: WEBHOOKS,
    ...needs("webhooks:write"),
    request: {
      params: webhookParams,
      body: jsonBody(webhookEdit, { events: ["*"], enabled: true }),
      headers: z.object({ "if-match": z.string().max(100).optional() }),
    },
    responses: {
      200: { ...json(webhookSchema, "The webhook"), headers: etagHeader },
      ...privateProblems(400, 404, 412, 413, 415, 422, 428),
    },
  }),
  async (c) => {
    const ifMatch = c.req.valid("header")["if-match"];
    const input = { ...c.req.valid("param"), edit: c.req.valid("json"), ifMatch };
    const webhook = await editWebhook(contextOf(c), input);
    return c.json(webhookView(webhook), 200, { etag: etagOfVersion(webhook.version) });
  },
);

webhookRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/webhooks/{id}",
    operationId: "deleteWebhook",
    summary: "Delete a webhook",
    description: "What waits for it is not sent any more.",
    tags: WEBHOOKS,
    ...needs("webhooks:write"),
    request: { params: webhookParams },
    responses: { 204: { description: "The webhook is deleted" }, ...privateProblems(404) },
  }),
  async (c) => {
    await deleteWebhook(contextOf(c), c.req.valid("param"));
    return c.body(null, 204);
  },
);

webhookRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/webhooks/{id}/rotate-secret",
    operationId: "rotateWebhookSecret",
    summary: "Rotate a webhook's secret",
    description:
      "The new secret is shown this once. For 24 hours deliveries carry two signatures, the second by the secret before.",
    tags: WEBHOOKS,
    ...needs("webhooks:write"),
    request: { params: webhookParams },
    responses: {
      200: { ...json(webhookWithSecret, "The webhook with its new secret"), headers: etagHeader },
      ...privateProblems(404, 409),
    },
  }),
  async (c) => {
    const made = await rotateSecret(contextOf(c), c.req.valid("param"));
    return c.json(shownOnce(c, made), 200, { etag: etagOfVersion(made.webhook.version) });
  },
);
