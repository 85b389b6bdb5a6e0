import { createRoute, z } from "@hono/zod-openapi";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { json, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { exampleId } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { bulkRoute } from "./bulk-routes.ts";
import { controlJob } from "./control.ts";
import { deadLetterRoutes } from "./dead-letter-routes.ts";
import type { JobDefinition } from "./define.ts";
import { ACTIONS, type Action } from "./lease.ts";
import { JOB_STATUSES } from "./policy.ts";
import { getJob, getJobs } from "./read.ts";
import { retryJob } from "./retry.ts";
import { jobSchema, jobView } from "./schemas.ts";
import { statisticsRoute } from "./statistics-routes.ts";
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

/** What each action says in the contract. */
const SAID: Record<Action, [summary: string, description: string]> = {
  pause: [
    "Pause a job",
    "`paused` at once if nobody works on it, else at its next checkpoint; until then `requested` is `pause`.",
  ],
  resume: [
    "Resume a paused job",
    "It goes on from its last checkpoint, or takes back a pause that has not come yet.",
  ],
  cancel: [
    "Cancel a job",
    "`cancelled` if nobody worked on it, else `cancelling` until its worker has stopped. It holds either way.",
  ],
  finish: [
    "Finish a job early",
    "At its next checkpoint the job succeeds with what it has so far; its result says `partial: true`.",
  ],
};

/** The routes of jobs of these types. */
export function jobRoutes(types: JobDefinition[]) {
  const routes = newRouter();
  statisticsRoute(routes);
  deadLetterRoutes(routes, types);
  bulkRoute(routes); // what has a name of its own comes before the routes of a job's id
  readRoutes(routes);
  for (const action of ACTIONS) controlRoute(routes, types, action);
  routes.openapi(
    createRoute({
      method: "post",
      path: "/v1/jobs/{id}/retry",
      operationId: "retryJob",
      summary: "Retry a job",
      description:
        "Starts a new run of a job that failed, expired or was cancelled, with its input. Asking again gives the same run.",
      tags: JOBS,
      ...needs("jobs:control"),
      request: { params },
      responses: { 202: json(jobSchema, "The new job"), ...privateProblems(404, 409) },
    }),
    async (c) => {
      const job = await retryJob(contextOf(c), types, c.req.valid("param"));
      return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
    },
  );
  return routes;
}

type Routes = ReturnType<typeof newRouter>;

function controlRoute(routes: Routes, types: JobDefinition[], action: Action): void {
  const [summary, description] = SAID[action];
  routes.openapi(
    createRoute({
      method: "post",
      path: `/v1/jobs/{id}/${action}`,
      operationId: `${action}Job`,
      summary,
      description,
      tags: JOBS,
      ...needs("jobs:control"),
      request: { params },
      responses: { 202: json(jobSchema, "The job"), ...privateProblems(404, 409) },
    }),
    async (c) =>
      c.json(jobView(await controlJob(contextOf(c), types, { ...c.req.valid("param"), action })), 202),
  );
}

function readRoutes(routes: Routes): void {
  routes.openapi(
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
          parent_id: z.string().max(100).optional().openapi({
            description: "The jobs that this one started; without it, those that somebody asked for",
          }),
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

  routes.openapi(
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

  routes.openapi(
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
  routes.openAPIRegistry.registerPath({
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
}
