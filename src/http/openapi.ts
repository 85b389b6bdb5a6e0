import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "./app-env.ts";
import { KEY_PATTERN, takesIdempotencyKey } from "./idempotency.ts";
import { exampleOf, type JsonSchema, type Schemas } from "./openapi-examples.ts";
import { PROBLEMS } from "./responses.ts";

type OpenApiDocument = ReturnType<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>;
type PathItem = NonNullable<OpenApiDocument["paths"]>[string];
type Operation = NonNullable<PathItem["get"]>;

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/**
 * Completes the document that was made from the routes: the answers that the request path itself can give, an
 * example for every JSON body, and `null` where a nullable reference was made unsatisfiable.
 */
export function finishDocument(document: OpenApiDocument): OpenApiDocument {
  const finished = withHonestNulls(document);
  for (const [path, item] of Object.entries(finished.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      if (path.startsWith("/v1/")) addSharedAnswers(path, method, operation);
      addExamples(operation, finished.components?.schemas ?? {});
    }
  }
  return finished;
}

/**
 * The generator writes a nullable reference as `allOf: [ref, { type: [object, null] }]`, which no null can satisfy.
 * Here it becomes `anyOf: [ref, { type: null }]`.
 */
function withHonestNulls(document: OpenApiDocument): OpenApiDocument {
  return JSON.parse(
    JSON.stringify(document, (_, value: unknown) => {
      const { allOf, ...rest } = (value ?? {}) as JsonSchema;
      if (!Array.isArray(allOf) || allOf.length !== 2 || allOf[0]?.$ref === undefined) return value;
      const nullable = Array.isArray(allOf[1]?.type) && allOf[1].type.includes("null");
      return nullable ? { ...rest, anyOf: [allOf[0], { type: "null" }] } : value;
    }),
  );
}

/** What the middleware answers before a route is reached: `requireCaller`, `checkedBody` and `idempotency`. */
function addSharedAnswers(path: string, method: (typeof METHODS)[number], operation: Operation): void {
  const signedIn = (operation.security ?? []).length > 0;
  const statuses: (keyof typeof PROBLEMS)[] = method === "get" ? [] : [403, 413, 415];
  if (method === "post" && signedIn && takesIdempotencyKey(path)) {
    statuses.push(409, 422);
    operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  }
  for (const status of statuses) {
    const shared = problemAnswer(status);
    operation.responses = { ...operation.responses, [status]: operation.responses?.[status] ?? shared };
  }
  // A socket answers 101 and no 2xx; linters then want the rest named by a default.
  if (operation.responses?.["101"]) operation.responses.default = problemAnswer(500);
}

function problemAnswer(status: keyof typeof PROBLEMS) {
  const { content, description } = PROBLEMS[status];
  const { example } = content["application/problem+json"];
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { "application/problem+json": { schema, example } } };
}

function addExamples({ responses }: Operation, schemas: Schemas): void {
  for (const response of Object.values<{ content?: Record<string, Body> }>(responses ?? {})) {
    const body = response.content?.["application/json"];
    if (body?.schema !== undefined) body.example ??= exampleOf(body.schema, schemas);
  }
}

interface Body {
  schema?: JsonSchema;
  example?: unknown;
}

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header" as const,
  description: "The same key and body again, within 24 hours, get the first answer",
  schema: { type: "string" as const, pattern: KEY_PATTERN.source },
};
