import { createRoute, z } from "@hono/zod-openapi";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import type { newRouter } from "../../http/router.ts";
import { exampleId } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { LETTER_STATUSES } from "./dead-letter-policy.ts";
import {
  desklessLetter,
  desklessView,
  letterDetail,
  letterDetailView,
  letterSchema,
  letterView,
  replayBody,
  replayedLetter,
} from "./dead-letter-schemas.ts";
import { discardDeadLetter, getDeadLetter, getDeadLetters, getDesklessLetters } from "./dead-letters.ts";
import type { JobDefinition } from "./define.ts";
import { replayDeadLetter } from "./replay.ts";
import { replayDeadLetters } from "./replay-job.ts";
import { jobSchema, jobView } from "./schemas.ts";

const DEAD_LETTERS = ["Dead letters"];
const params = z.object({ id: z.string().openapi({ example: exampleId("ded") }) });
const query = z.object({ ...listQuery, status: z.enum(LETTER_STATUSES).optional() });
const timeOf = (iso: string | undefined): number | null => (iso === undefined ? null : Date.parse(iso));

type Routes = ReturnType<typeof newRouter>;

export function deadLetterRoutes(routes: Routes, types: JobDefinition[]): void {
  readRoutes(routes);
  replayRoutes(routes, types);
  routes.openapi(
    createRoute({
      method: "delete",
      path: "/v1/jobs/dead-letters/{id}/message",
      operationId: "discardDeadLetter",
      summary: "Discard a dead letter",
      description: "Gives its message up: the letter is `discarded`, and forgotten after 30 days.",
      tags: DEAD_LETTERS,
      ...needs("dead_letters:write"),
      request: { params },
      responses: { 204: { description: "Discarded" }, ...privateProblems(404, 409) },
    }),
    async (c) => {
      await discardDeadLetter(contextOf(c), c.req.valid("param"));
      return c.body(null, 204);
    },
  );
}

function readRoutes(routes: Routes): void {
  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/jobs/dead-letters",
      operationId: "listDeadLetters",
      summary: "List dead letters",
      description: "The desk's messages that failed to the end, the newest first.",
      tags: DEAD_LETTERS,
      ...needs("dead_letters:read"),
      request: { query },
      responses: {
        200: json(listSchema(letterSchema).openapi("DeadLetterList"), "A page of dead letters"),
        ...privateProblems(422),
      },
    }),
    async (c) => {
      const page = await getDeadLetters(contextOf(c), c.req.valid("query"));
      return c.json({ ...page, data: page.data.map(letterView) }, 200, nextLink(c.req.url, page));
    },
  );

  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/jobs/dead-letters/{id}/message",
      operationId: "getDeadLetter",
      summary: "Get a dead letter",
      description: "The letter with its message, as it was kept.",
      tags: DEAD_LETTERS,
      ...needs("dead_letters:read"),
      request: { params },
      responses: { 200: json(letterDetail, "The dead letter"), ...privateProblems(404) },
    }),
    async (c) => c.json(letterDetailView(await getDeadLetter(contextOf(c), c.req.valid("param"))), 200),
  );

  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/admin/dead-letters",
      operationId: "listDesklessDeadLetters",
      summary: "List dead letters of no desk",
      description:
        "Messages that nothing could read, and deliveries whose desk is not known, the newest first. They are not replayed.",
      tags: ["Administration"],
      ...needs("platform:read"),
      request: { query },
      responses: {
        200: json(listSchema(desklessLetter).openapi("DesklessDeadLetterList"), "A page of dead letters"),
        ...privateProblems(422),
      },
    }),
    async (c) => {
      const page = await getDesklessLetters(contextOf(c), c.req.valid("query"));
      return c.json({ ...page, data: page.data.map(desklessView) }, 200, nextLink(c.req.url, page));
    },
  );
}

function replayRoutes(routes: Routes, types: JobDefinition[]): void {
  routes.openapi(
    createRoute({
      method: "post",
      path: "/v1/jobs/dead-letters/replay",
      operationId: "replayDeadLetters",
      summary: "Replay many dead letters",
      description:
        "Starts a job that replays each as the single route does: those with these `ids`, or the open ones that the `filter` means, the oldest thousand at most.",
      tags: DEAD_LETTERS,
      ...needs("dead_letters:write"),
      request: { body: jsonBody(replayBody, { filter: { kind: "job" } }) },
      responses: { 202: json(jobSchema, "The job that replays"), ...privateProblems(400, 413, 415, 422) },
    }),
    async (c) => {
      const { filter, ids = null } = c.req.valid("json");
      const times = {
        created_after: timeOf(filter?.created_after),
        created_before: timeOf(filter?.created_before),
      };
      const meant = filter === undefined ? null : { kind: filter.kind ?? null, ...times };
      const job = await replayDeadLetters(contextOf(c), { ids, filter: meant });
      return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
    },
  );

  routes.openapi(
    createRoute({
      method: "post",
      path: "/v1/jobs/dead-letters/{id}/replay",
      operationId: "replayDeadLetter",
      summary: "Replay a dead letter",
      description:
        "The job of its message goes on, or gets a new run if it had failed; a delivery goes to its queue again. Once more answers the same.",
      tags: DEAD_LETTERS,
      ...needs("dead_letters:write"),
      request: { params },
      responses: { 202: json(replayedLetter, "The letter, with its job"), ...privateProblems(404, 409) },
    }),
    async (c) => {
      const { job, letter } = await replayDeadLetter(contextOf(c), types, c.req.valid("param"));
      const headers: Record<string, string> = job === null ? {} : { location: `/v1/jobs/${job.id}` };
      return c.json({ ...letterView(letter), job: job && jobView(job) }, 202, headers);
    },
  );
}
