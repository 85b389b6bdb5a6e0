import { z } from "@hono/zod-openapi";
import { problemSchema } from "./problem.ts";

const limitHeaders = z.object({
  "Request-Id": z.string().openapi({ description: "Quote it when you report a problem" }),
  "RateLimit-Policy": z.string().optional().openapi({
    description: 'The limits in force: `"general";q=1000;w=3600, "calls_per_month";q=1000;w=2592000`',
  }),
  RateLimit: z
    .string()
    .optional()
    .openapi({ description: "What is left of each, and the seconds to its reset" }),
});

/** A JSON answer of this schema. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, headers: limitHeaders, content: { "application/json": { schema } } };
}

/** A required JSON body of this schema. */
export function jsonBody<T extends z.ZodType>(schema: T, example: z.input<T>) {
  return { required: true, content: { "application/json": { schema, example } } };
}

function problem(status: number, description: string, code: string) {
  const example = {
    type: "about:blank",
    title: description.replace(/[.:].*$/, ""),
    status,
    detail: description,
    instance: "/v1/…",
    code,
    request_id: "req_019a3b5c7d8e7f00a1b2c3d4e5f60718",
  };
  return {
    description,
    headers: limitHeaders,
    content: { "application/problem+json": { schema: problemSchema, example } },
  };
}

export const PROBLEMS = {
  400: problem(400, "The request's syntax is broken", "request.syntax"),
  401: problem(401, "Not authenticated", "auth.not_authenticated"),
  403: problem(403, "The role does not allow it", "access.not_allowed"),
  404: problem(404, "No such thing on this desk", "request.no_such_route"),
  409: problem(409, "The state does not allow it now", "request.conflict"),
  410: problem(410, "It has ended: what it was is no longer kept", "request.gone"),
  412: problem(412, "It has changed since it was read", "request.version_changed"),
  413: problem(413, "The body is too large", "request.too_large"),
  415: problem(415, "The body has the wrong type", "request.wrong_type"),
  416: problem(416, "The range lies outside the file", "request.bad_range"),
  422: problem(422, "The request does not fit its schema", "request.invalid"),
  426: problem(426, "Ask for a WebSocket", "request.upgrade_required"),
  428: problem(428, "`If-Match` is missing", "request.if_match_missing"),
  429: problem(429, "A rate limit is used up, or the month's calls are", "limits.exceeded"),
  500: problem(500, "Something failed on our side", "internal"),
};
type ProblemStatus = keyof typeof PROBLEMS;

/** The problems that a route can answer; every route can answer 429 and 500. */
export function problems<S extends ProblemStatus>(...statuses: S[]): Pick<typeof PROBLEMS, S | 429 | 500> {
  const picked = [...statuses, 429, 500].map((status) => [status, PROBLEMS[status as ProblemStatus]]);
  return Object.fromEntries(picked);
}

/** The problems of every route that needs a caller and a permission. */
export function privateProblems<S extends ProblemStatus>(...statuses: S[]) {
  return problems<S | 401 | 403>(401, 403, ...statuses);
}

/** `security` and the permission that the route's use case asks for first. */
export function needs(permission: string) {
  return { security: [{ bearer: [] }], "x-permission": permission };
}
