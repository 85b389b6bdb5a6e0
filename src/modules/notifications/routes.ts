import { createRoute, z } from "@hono/zod-openapi";
import { nextLink } from "../../http/lists.ts";
import { etagOfVersion, isEtag } from "../../http/preconditions.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { DEFAULTS } from "./policy.ts";
import { getPreferences, setPreferences } from "./preferences.ts";
import { listNotifications, readAllNotifications, readNotification } from "./read.ts";
import {
  allRead,
  notificationList,
  notificationParams,
  notificationQuery,
  notificationSchema,
  preferencesSchema,
} from "./schemas.ts";
import { notificationView, preferencesView } from "./views.ts";

const NOTIFICATIONS = ["Notifications"];
const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Send it back as `If-Match` to change them" }),
});

export const notificationRoutes = newRouter();

notificationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/notifications",
    operationId: "listNotifications",
    summary: "List my notifications",
    description:
      "What the caller was told of on this desk in the last ninety days, the newest first. Nobody sees another's.",
    tags: NOTIFICATIONS,
    ...needs("notifications:read"),
    request: { query: notificationQuery },
    responses: { 200: json(notificationList, "A page of notifications"), ...privateProblems(422) },
  }),
  async (c) => {
    const { cursor, include, limit, unread } = c.req.valid("query");
    const query = { cursor, limit, unread: unread === "true", count: include === "unread_count" };
    const page = await listNotifications(contextOf(c), query);
    return c.json({ ...page, data: page.data.map(notificationView) }, 200, nextLink(c.req.url, page));
  },
);

notificationRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/notifications/read-all",
    operationId: "readAllNotifications",
    summary: "Mark all as read",
    description:
      "Every notification of the caller on this desk. Where ten thousand are not enough, `unread_count` says so: call again.",
    tags: NOTIFICATIONS,
    ...needs("notifications:read"),
    responses: { 200: json(allRead, "How many were marked, and what is left"), ...privateProblems() },
  }),
  async (c) => c.json(await readAllNotifications(contextOf(c)), 200),
);

notificationRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/notifications/{id}/read",
    operationId: "readNotification",
    summary: "Mark a notification as read",
    description: "Keeps the time of the first reading, however often it is called.",
    tags: NOTIFICATIONS,
    ...needs("notifications:read"),
    request: { params: notificationParams },
    responses: { 200: json(notificationSchema, "The notification"), ...privateProblems(404) },
  }),
  async (c) => c.json(notificationView(await readNotification(contextOf(c), c.req.valid("param"))), 200),
);

notificationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/me/notification-preferences",
    operationId: "getNotificationPreferences",
    summary: "How am I told",
    description:
      "What the caller is told of on this desk, and by which way. Mail about the account is always sent.",
    tags: NOTIFICATIONS,
    ...needs("notifications:read"),
    responses: {
      200: { ...json(preferencesSchema, "The preferences"), headers: etagHeader },
      304: { description: "Not changed since the ETag in `If-None-Match`" },
      ...privateProblems(),
    },
  }),
  async (c) => {
    const chosen = await getPreferences(contextOf(c));
    const etag = etagOfVersion(chosen.version);
    if (isEtag(c.req.header("if-none-match"), etag)) return c.body(null, 304, { etag });
    return c.json(preferencesView(chosen), 200, { etag });
  },
);

notificationRoutes.openapi(
  createRoute({
    method: "put",
    path: "/v1/me/notification-preferences",
    operationId: "setNotificationPreferences",
    summary: "Choose how I am told",
    description:
      "Needs `If-Match` with the ETag that you read. What waits for a daily mail that you no longer want is dropped from it.",
    tags: NOTIFICATIONS,
    ...needs("notifications:read"),
    request: {
      headers: z.object({ "if-match": z.string().max(100).optional() }),
      body: jsonBody(preferencesSchema, DEFAULTS),
    },
    responses: {
      200: { ...json(preferencesSchema, "The preferences as they are now"), headers: etagHeader },
      ...privateProblems(400, 412, 413, 415, 422, 428),
    },
  }),
  async (c) => {
    const ifMatch = c.req.valid("header")["if-match"];
    const chosen = await setPreferences(contextOf(c), { chosen: c.req.valid("json"), ifMatch });
    return c.json(preferencesView(chosen), 200, { etag: etagOfVersion(chosen.version) });
  },
);
