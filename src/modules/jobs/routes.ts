import { createRoute, z } from "@hono/zod-openapi";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { json, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { exampleId } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { cancelJob } from "./cancel.ts";
import { JOB_STATUSES } from "./policy.ts";
import { getJob, getJobs } from "./read.ts";
import { jobSchema, jobView } from "./schemas.ts";
import { watchAsEvents } from "./watch.ts";

const JOBS = ["Jobs"];
const LIVE = ["Live progress"];
const params = z.object({
  id: z.string().openapi({ example: exampleId("job") }),
});
const after = z.coerce
  .number()
  .int()
  .min(0)
  .optional()
  .openapi({ description: "The last event that you have seen" });

export const jobRoutes = newRouter();

jobRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs",
    operationId: "listJobs",
    summary: "List jobs",
    description: "The desk's jobs, the newest first.",
    tags: JOBS,
    ...needs("jobs:read"),
    request: {
      query: z.object({
        ...listQuery,
        status: z.enum(JOB_STATUSES).optional(),
        type: z.string().max(100).optional().openapi({ example: "library.ingest" }),
      }),
    },
    responses: {
      200: json(listSchema(jobSchema).openapi("JobList"), "A page of jobs"),
      ...privateProblems(422),
    },
  }),
  async (c) => {
    const page = await getJobs(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(jobView) }, 200, nextLink(c.req.url, page));
  },
);

jobRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}",
    operationId: "getJob",
    summary: "Poll a job",
    description: "Its state as of its latest event, at most a second behind the streams while it runs.",
    tags: JOBS,
    ...needs("jobs:read"),
    request: { params },
    responses: { 200: json(jobSchema, "The job"), ...privateProblems(404) },
  }),
  async (c) => c.json(jobView(await getJob(contextOf(c), c.req.valid("param"))), 200),
);

jobRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/jobs/{id}/cancel",
    operationId: "cancelJob",
    summary: "Cancel a job",
    description:
      "`cancelled` if nobody worked on it, else `cancelling` until its worker has stopped. It holds either way.",
    tags: JOBS,
    ...needs("jobs:control"),
    request: { params },
    responses: { 202: json(jobSchema, "The job"), ...privateProblems(404, 409) },
  }),
  async (c) => c.json(jobView(await cancelJob(contextOf(c), c.req.valid("param"))), 202),
);

jobRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/jobs/{id}/events",
    operationId: "streamJobEvents",
    summary: "Watch a job by SSE",
    description:
      "Server-sent events: a `snapshot`, then every `event` with its number as `id`. `Last-Event-ID` (or `?after=`) resumes without hole or repeat; heartbeats are comments. 204 once you have seen the last event.",
    tags: LIVE,
    ...needs("jobs:read"),
    request: {
      params,
      query: z.object({ after }),
      headers: z.object({
        "last-event-id": z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
    },
    responses: {
      200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
      204: { description: "You have seen the last event" },
      ...privateProblems(404, 422),
    },
  }),
  async (c) => {
    const last = c.req.valid("header")["last-event-id"];
    const seen = last === undefined ? c.req.valid("query").after : Number(last);
    return await watchAsEvents(contextOf(c), c.req.valid("param").id, seen);
  },
);

/** The socket is answered before the middleware that touches headers, so only its description stands here. */
jobRoutes.openAPIRegistry.registerPath({
  method: "get",
  path: "/v1/jobs/{id}/socket",
  operationId: "openJobSocket",
  summary: "Watch a job by WebSocket",
  description:
    "Text frames of JSON: `snapshot`, then `event` without hole or repeat, `heartbeat` without a number. `?after=n` resumes. Send the protocols `bourse.v1, ticket.<value>`, or `Authorization`. `ack` with the `seq` of the last frame read is optional: whoever confirms and falls 1,000 events behind gets a snapshot when they have read on; whoever never does is sent 4,000 and then closed. Close codes: 4401 not authenticated (also when your rights change or your credential ends), 4403 not allowed, 4404 no such job, 1013 come back with `?after=`, 1000 after the final event.",
  tags: LIVE,
  ...needs("jobs:read"),
  request: { params, query: z.object({ after }) },
  responses: { 101: { description: "The socket is open" }, ...privateProblems(404, 422, 426) },
});
