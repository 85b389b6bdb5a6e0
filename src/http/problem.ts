import { z } from "@hono/zod-openapi";

export interface FieldError {
  path: string;
  code: string;
  message: string;
}

interface ProblemOptions {
  headers?: Record<string, string>;
  errors?: FieldError[];
  extensions?: Record<string, unknown>;
  type?: string;
}

const TITLES: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** A refusal that is the answer: thrown anywhere below a route, sent as RFC 9457 `application/problem+json`. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly options: ProblemOptions;

  constructor(status: number, code: string, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.options = options;
  }

  toResponse(instance: string, requestId: string): Response {
    const body = {
      type: this.options.type ?? "about:blank",
      title: TITLES[this.status] ?? "Error",
      status: this.status,
      detail: this.message,
      instance,
      code: this.code,
      request_id: requestId,
      ...(this.options.errors ? { errors: this.options.errors } : {}),
      ...this.options.extensions,
    };
    return new Response(JSON.stringify(body), {
      status: this.status,
      headers: { "content-type": "application/problem+json", ...this.options.headers },
    });
  }
}

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
    "violated-policies": z.array(z.string()).optional(),
  })
  .openapi("Problem");

export const notAuthenticated = (detail = "Send a valid access token: `Authorization: Bearer …`.") =>
  new Problem(401, "auth.not_authenticated", detail, {
    headers: { "www-authenticate": 'Bearer realm="bourse"' },
  });

export const notAllowed = (permission: string) =>
  new Problem(
    403,
    "access.not_allowed",
    `This needs the right \`${permission}\`, which you do not have here.`,
  );

export const invalidInput = (errors: FieldError[]) =>
  new Problem(422, "request.invalid", "The request does not fit its schema; `errors` names each field.", {
    errors,
  });

/** The same from what a zod schema found. */
export const invalidFields = (issues: z.core.$ZodIssue[]) =>
  invalidInput(
    issues.map(({ code, message, path }) => ({ path: path.join("."), code: code ?? "invalid", message })),
  );

export const badSyntax = (detail: string) => new Problem(400, "request.syntax", detail);

export const tooLarge = (limit_bytes: number) =>
  new Problem(
    413,
    "request.too_large",
    `The body is larger than the ${limit_bytes} bytes that this route takes.`,
  );

export const wrongType = (wanted: string) =>
  new Problem(415, "request.wrong_type", `Send the body as \`${wanted}\`.`);

export const routeNotFound = (path: string) =>
  new Problem(404, "request.no_such_route", `There is no ${path} here.`);

export const versionMissing = () =>
  new Problem(428, "request.if_match_missing", "Send `If-Match` with the ETag of the version that you read.");

export const versionChanged = () =>
  new Problem(412, "request.version_changed", "The resource has changed since you read it; read it again.");

export const internalError = () =>
  new Problem(500, "internal", "Something failed on our side. Quote the request id when you report it.");
