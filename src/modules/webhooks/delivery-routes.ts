import { createRoute } from "@hono/zod-openapi";
import { listSchema, nextLink } from "../../http/lists.ts";
import { json, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import type { WebhookDelivery } from "./delivery-store.ts";
import { getDelivery, listDeliveries } from "./read-webhooks.ts";
import { replayDelivery, testWebhook } from "./redeliver.ts";
import { deliveryDetail, deliveryParams, deliveryQuery, deliverySchema, webhookParams } from "./schemas.ts";
import { deliveryDetailView, deliveryView } from "./views.ts";

const WEBHOOKS = ["Webhooks"];

const locationOf = ({ id, webhook_id }: WebhookDelivery) => ({
  location: `/v1/webhooks/${webhook_id}/deliveries/${id}`,
});

export const deliveryRoutes = newRouter();

deliveryRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/webhooks/{id}/test",
    operationId: "testWebhook",
    summary: "Test a webhook",
    description:
      "Sends it a `webhook.test` event, and no other webhook; the delivery tells what became of it.",
    tags: WEBHOOKS,
    ...needs("webhooks:write"),
    request: { params: webhookParams },
    responses: { 202: json(deliverySchema, "The delivery, on its way"), ...privateProblems(404, 409) },
  }),
  async (c) => {
    const delivery = await testWebhook(contextOf(c), c.req.valid("param"));
    return c.json(deliveryView(delivery), 202, locationOf(delivery));
  },
);

deliveryRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/webhooks/{id}/deliveries",
    operationId: "listWebhookDeliveries",
    summary: "List a webhook's deliveries",
    description: "Those of the last 30 days, the newest first.",
    tags: WEBHOOKS,
    ...needs("webhooks:read"),
    request: { params: webhookParams, query: deliveryQuery },
    responses: {
      200: json(listSchema(deliverySchema).openapi("WebhookDeliveryList"), "A page of deliveries"),
      ...privateProblems(404, 422),
    },
  }),
  async (c) => {
    const page = await listDeliveries(contextOf(c), { ...c.req.valid("param"), ...c.req.valid("query") });
    return c.json({ ...page, data: page.data.map(deliveryView) }, 200, nextLink(c.req.url, page));
  },
);

deliveryRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/webhooks/{id}/deliveries/{delivery_id}",
    operationId: "getWebhookDelivery",
    summary: "Get a webhook's delivery",
    description:
      "With the body that was sent and how each attempt ended; what the receiver answered is not kept.",
    tags: WEBHOOKS,
    ...needs("webhooks:read"),
    request: { params: deliveryParams },
    responses: { 200: json(deliveryDetail, "The delivery"), ...privateProblems(404) },
  }),
  async (c) => {
    const { attempts, delivery } = await getDelivery(contextOf(c), c.req.valid("param"));
    return c.json(deliveryDetailView(delivery, attempts), 200);
  },
);

deliveryRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/webhooks/{id}/deliveries/{delivery_id}/replay",
    operationId: "replayWebhookDelivery",
    summary: "Replay a webhook's delivery",
    description: "Sends the same body once more under the same `webhook-id`, as a delivery of its own.",
    tags: WEBHOOKS,
    ...needs("webhooks:write"),
    request: { params: deliveryParams },
    responses: { 202: json(deliverySchema, "The replay, on its way"), ...privateProblems(404, 409) },
  }),
  async (c) => {
    const delivery = await replayDelivery(contextOf(c), c.req.valid("param"));
    return c.json(deliveryView(delivery), 202, locationOf(delivery));
  },
);
