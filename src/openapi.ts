import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Settings } from "./env.ts";
import type { AppEnv } from "./http/app-env.ts";
import { finishDocument } from "./http/openapi.ts";
import { isGrantableToKeys } from "./modules/access/permissions.ts";

const TAGS = [
  { name: "Authentication", description: "Accounts, tokens and sessions" },
  { name: "Me", description: "What the caller is and may do" },
  { name: "Desks", description: "The desks that one is on, and making, naming and handing them over" },
  { name: "Members", description: "Who is on a desk, in which role, and inviting others" },
  { name: "API keys", description: "What programs use in a member's name" },
  { name: "Audit", description: "Who did what, in a chain that a stranger can verify" },
  { name: "Files", description: "Uploads for batches and what jobs export, for 24 hours, and links to them" },
  { name: "Library", description: "Documents: upload, read, edit, delete" },
  { name: "Search", description: "Finding passages, and the index behind it" },
  { name: "Datasets", description: "Bars: upload, import, make, resample, read" },
  { name: "Strategies", description: "The catalogue: rules, parameters, what is wrong with them" },
  { name: "Backtests", description: "A strategy over a data set: figures, trades, curve" },
  { name: "Optimizations", description: "Searches of parameters, and the evidence against what they find" },
  { name: "Experiments", description: "Two strategies by one fixed test" },
  { name: "Exports", description: "Files of runs: proved Pine, reports, tables" },
  { name: "Jobs", description: "Slow work: poll it, steer it, one or many, and what it cost in time" },
  { name: "Batches", description: "Many inputs under one job: start, steer, retry what failed, export" },
  { name: "Dead letters", description: "Messages that failed to the end: look into them, replay, discard" },
  { name: "Live progress", description: "The same numbered events over WebSocket and SSE" },
  { name: "Notifications", description: "What the caller is told of, and how" },
  { name: "Webhooks", description: "Telling other programs of a desk's events, signed and with a log" },
  { name: "Administration", description: "The platform's users, for its super admins" },
  { name: "Operations", description: "Health of the service" },
];

type OpenApiDocument = ReturnType<typeof finishDocument>;
const made = new WeakMap<Settings, OpenApiDocument>();

/** The contract, made from the routes themselves, once per isolate. */
export function openApiDocument(app: OpenAPIHono<AppEnv>, settings: Settings): OpenApiDocument {
  const known = made.get(settings) ?? withKeys(finishDocument(makeDocument(app, settings)));
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
  app.openAPIRegistry.registerComponent("securitySchemes", "api_key", {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description:
      "A key whose scopes include the operation's `x-permission`; `Authorization: Bearer` takes it too",
  });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Bourse",
      version: "0.5.0",
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

/** Names API keys as the other credential of every operation whose permission a key may carry. */
function withKeys(document: OpenApiDocument): OpenApiDocument {
  for (const { delete: remove, get, patch, post, put } of Object.values(document.paths ?? {})) {
    for (const operation of [get, post, put, patch, remove]) {
      const permission: unknown = operation?.["x-permission"];
      if (operation === undefined || typeof permission !== "string" || !isGrantableToKeys(permission))
        continue;
      operation.security = [...(operation.security ?? []), { api_key: [] }];
    }
  }
  return document;
}
