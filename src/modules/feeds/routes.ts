import { z } from "@hono/zod-openapi";
import { needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";

const LIVE = ["Live progress"];
const query = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .openapi({ description: "The last event that you have seen" }),
});

export const feedRoutes = newRouter();

/** Sockets are answered before the middleware that touches headers, so only their descriptions stand here. */
feedRoutes.openAPIRegistry.registerPath({
  method: "get",
  path: "/v1/notifications/socket",
  operationId: "openNotificationsSocket",
  summary: "Watch your notifications by WebSocket",
  description:
    'Text frames of JSON: `snapshot` with `unread` and the latest `notifications`, then an `event` for each new one and each reading, without hole or repeat; `heartbeat` without a number. `?after=n` resumes. Send `{"type":"subscribe","job_id":…,"after":…}` to have a job\'s frames too, each with its `job_id` and the job\'s own numbers, up to its last event, or `unsubscribe`; at most 50 jobs. A refusal is `{"type":"error","code":…,"job_id":…}`. `{"type":"ack","seq":n}` (with `job_id` for a job) confirms what you have read: then you are sent a snapshot when you fall behind, else the socket closes with 1013 and you come back with `?after=`. 4401 also when your rights change.',
  tags: LIVE,
  ...needs("notifications:read"),
  request: { query },
  responses: { 101: { description: "The socket is open" }, ...privateProblems(422, 426) },
});

feedRoutes.openAPIRegistry.registerPath({
  method: "get",
  path: "/v1/monitoring/socket",
  operationId: "openMonitoringSocket",
  summary: "Watch the platform's figures by WebSocket",
  description:
    'For super admins. A `snapshot` of all `figures`, then an `event` with its `topic` whenever the figures of one have changed; they are read every two seconds, and no count goes beyond 10,000. `{"type":"unsubscribe","topic":…}` leaves out the events of `jobs`, `deliveries`, `dead_letters` or `sockets`; `subscribe` sends a snapshot and takes them up again. Numbers, resuming, confirming and close codes are those of the other sockets.',
  tags: LIVE,
  ...needs("system:read"),
  request: { query },
  responses: { 101: { description: "The socket is open" }, ...privateProblems(422, 426) },
});
