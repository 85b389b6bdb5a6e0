import { createRoute, z } from "@hono/zod-openapi";
import type { AppContext } from "../../http/app-env.ts";
import { keepInstead } from "../../http/idempotency.ts";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { createKey, type MadeKey } from "./create-key.ts";
import { listKeys } from "./list-keys.ts";
import { revokeKey } from "./revoke-key.ts";
import { rotateKey } from "./rotate-key.ts";
import { keyParams, keyRequest, keySchema, keyWithSecret, rotationRequest } from "./schemas.ts";
import { keyView } from "./views.ts";

const KEYS = ["API keys"];

/** The secret goes into this answer alone; what is kept for a replay is the key without it. */
function shownOnce(c: AppContext, { key, secret }: MadeKey): z.infer<typeof keyWithSecret> {
  const view = keyView(key);
  keepInstead(c, view);
  return { ...view, key: secret };
}

export const keyRoutes = newRouter();

keyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/api-keys",
    operationId: "createApiKey",
    summary: "Make an API key",
    description:
      "For a program that acts in your name on this desk, within its scopes and your role. Its secret is shown this once.",
    tags: KEYS,
    ...needs("api_keys:write"),
    request: {
      body: jsonBody(keyRequest, {
        name: "nightly import",
        scopes: ["documents:read", "documents:write"],
        expires_in_days: 90,
        allowed_addresses: ["192.0.2.0/24"],
      }),
    },
    responses: {
      201: json(keyWithSecret, "The key with its secret"),
      ...privateProblems(400, 409, 413, 415, 422),
    },
  }),
  async (c) => c.json(shownOnce(c, await createKey(contextOf(c), c.req.valid("json"))), 201),
);

keyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/api-keys",
    operationId: "listApiKeys",
    summary: "List API keys",
    description: "The desk's keys that nobody has revoked, the newest first, expired ones too.",
    tags: KEYS,
    ...needs("api_keys:read"),
    request: { query: z.object(listQuery) },
    responses: {
      200: json(listSchema(keySchema).openapi("ApiKeyList"), "A page of keys"),
      ...privateProblems(422),
    },
  }),
  async (c) => {
    const page = await listKeys(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(keyView) }, 200, nextLink(c.req.url, page));
  },
);

keyRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/api-keys/{id}",
    operationId: "revokeApiKey",
    summary: "Revoke an API key",
    description: "Ends it for good, everywhere within two seconds. It is listed no more.",
    tags: KEYS,
    ...needs("api_keys:write"),
    request: { params: keyParams },
    responses: { 204: { description: "The key is revoked" }, ...privateProblems(404) },
  }),
  async (c) => {
    await revokeKey(contextOf(c), c.req.valid("param"));
    return c.body(null, 204);
  },
);

keyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/api-keys/{id}/rotate",
    operationId: "rotateApiKey",
    summary: "Rotate an API key",
    description:
      "Gives your key another secret, shown this once; all else stays. The old secret works until its grace ends.",
    tags: KEYS,
    ...needs("api_keys:write"),
    request: { params: keyParams, body: jsonBody(rotationRequest, { grace_hours: 24 }) },
    responses: {
      200: json(keyWithSecret, "The key with its new secret"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const input = { ...c.req.valid("param"), ...c.req.valid("json") };
    return c.json(shownOnce(c, await rotateKey(contextOf(c), input)), 200);
  },
);
