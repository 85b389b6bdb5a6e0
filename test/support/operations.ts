import { app } from "../../src/app.ts";
import { settingsOf } from "../../src/env.ts";
import { openApiDocument } from "../../src/openapi.ts";
import { testEnv } from "./env.ts";

/** The document as any client gets it: plain JSON. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

export interface MediaType {
  schema?: JsonSchema;
  example?: unknown;
}

export interface DeclaredAnswer {
  description: string;
  content?: Record<string, MediaType>;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: { enum?: string[]; example?: unknown; [keyword: string]: unknown };
}

export interface Operation {
  method: string;
  path: string;
  /** `GET /v1/documents/{id}`, as tables of exceptions name it. */
  name: string;
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  permission?: string;
  parameters: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, DeclaredAnswer>;
}

interface RawOperation extends Omit<Operation, "method" | "path" | "name" | "permission" | "parameters"> {
  parameters?: Parameter[];
  "x-permission"?: string;
}

interface RawDocument {
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, JsonSchema> };
}

export const apiDocument: RawDocument = JSON.parse(JSON.stringify(openApiDocument(app, settingsOf(testEnv))));

/** Every operation of the document: what is not in here has not been declared. */
export const operations: Operation[] = Object.entries(apiDocument.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { "x-permission": permission, parameters = [], ...operation }]) => ({
    ...operation,
    ...(permission === undefined ? {} : { permission }),
    parameters,
    method: method.toUpperCase(),
    path,
    name: `${method.toUpperCase()} ${path}`,
  })),
);

/** An empty requirement among others says that a credential may be left out. */
export const isPublic = ({ security }: Operation): boolean =>
  security !== undefined && (security.length === 0 || security.some((one) => Object.keys(one).length === 0));
export const isSocket = (operation: Operation): boolean => "101" in operation.responses;
/** What only a super admin may do, to anybody: there is no desk whose thing it is. */
export const isOfThePlatform = ({ permission }: Operation): boolean =>
  permission?.startsWith("platform:") === true;
export const hasPathParameters = (operation: Operation): boolean => operation.path.includes("{");
export const pathParameters = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

/** The query that the operation cannot do without, as the document shows it, ready to stand behind a path. */
export function exampleQuery({ parameters }: Operation): string {
  const needed = parameters.filter((one) => one.in === "query" && one.required);
  const query = new URLSearchParams(needed.map(({ name, schema }) => [name, String(schema.example)]));
  return needed.length === 0 ? "" : `?${query}`;
}

/** The body that the document shows for the operation, as the options of a call. */
export function exampleBody(operation: Operation): { json?: unknown; body?: FormData } {
  const content = operation.requestBody?.content ?? {};
  if ("application/json" in content) return { json: content["application/json"]?.example };
  if (!("multipart/form-data" in content)) return {};
  const form = new FormData();
  form.set("file", new File([`# Sample\n\nOf ${crypto.randomUUID()}.\n`], "sample.md"));
  return { body: form };
}

const patterns = operations.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
}));

/** The operation that answers this request; a path of its own wins over one with parameters, as in the router. */
export function operationOf(method: string, path: string): Operation | undefined {
  const wanted = method === "HEAD" ? "GET" : method;
  const fitting = patterns.filter(
    ({ operation, pattern }) => operation.method === wanted && pattern.test(path),
  );
  return fitting.sort(
    (a, b) => Number(hasPathParameters(a.operation)) - Number(hasPathParameters(b.operation)),
  )[0]?.operation;
}
