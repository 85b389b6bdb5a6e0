import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Settings } from "./env.ts";
import type { AppEnv } from "./http/app-env.ts";
import { finishDocument } from "./http/openapi.ts";

const TAGS = [
  { name: "Authentication", description: "Accounts, tokens and sessions" },
  { name: "Me", description: "What the caller is and may do" },
  { name: "Audit", description: "Who did what, in a chain that a stranger can verify" },
  { name: "Library", description: "Documents: upload, read, edit, delete" },
  { name: "Search", description: "Finding passages, and the index behind it" },
  { name: "Jobs", description: "Slow work: poll it, cancel it" },
  { name: "Live progress", description: "The same numbered events over WebSocket and SSE" },
  { name: "Administration", description: "The platform's users, for its super admins" },
  { name: "Operations", description: "Health of the service" },
];

type OpenApiDocument = ReturnType<typeof finishDocument>;
const made = new WeakMap<Settings, OpenApiDocument>();

/** The contract, made from the routes themselves, once per isolate. */
export function openApiDocument(app: OpenAPIHono<AppEnv>, settings: Settings): OpenApiDocument {
  const known = made.get(settings) ?? finishDocument(makeDocument(app, settings));
  made.set(settings, known);
  return known;
}

function makeDocument(app: OpenAPIHono<AppEnv>, { PUBLIC_ORIGIN }: Settings) {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `access_token` of a log-in, good for fifteen minutes",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Bourse",
      version: "0.1.0",
      description:
        "One API for a desk's day. Errors are `application/problem+json`; lists page by `cursor`; slow work is a job.",
      contact: { name: "Bourse", url: PUBLIC_ORIGIN },
      license: { name: "Proprietary", url: `${PUBLIC_ORIGIN}/` },
    },
    servers: [{ url: PUBLIC_ORIGIN }],
    tags: TAGS,
    security: [{ bearer: [] }],
  });
}
