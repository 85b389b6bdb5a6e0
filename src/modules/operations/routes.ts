import { createRoute, z } from "@hono/zod-openapi";
import { json, problems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { isoTime, timeSchema } from "../../platform/clock.ts";
import { checkHealth, isReady } from "./health.ts";

const OPERATIONS = ["Operations"];
const OPEN = { security: [] };

const alive = z.object({ status: z.literal("ok") }).openapi("Alive", { example: { status: "ok" } });
const readiness = z
  .object({ status: z.enum(["ready", "not_ready"]) })
  .openapi("Readiness", { example: { status: "ready" } });
const checkSchema = z.object({ status: z.enum(["ok", "failing"]), latency_ms: z.number() }).openapi("Check");
const healthSchema = z
  .object({
    status: z.enum(["ok", "degraded"]),
    checked_at: timeSchema,
    components: z.object({
      d1: checkSchema,
      r2: checkSchema,
      kv: checkSchema,
      durable_objects: checkSchema,
      queues: checkSchema.openapi({
        description: "Bound; queues have no operation that asks and costs nothing",
      }),
    }),
  })
  .openapi("Health");

export const operationRoutes = newRouter();

operationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/livez",
    operationId: "isAlive",
    summary: "Is it alive",
    description: "Answers without touching any binding.",
    tags: OPERATIONS,
    ...OPEN,
    responses: { 200: json(alive, "It is"), ...problems() },
  }),
  (c) => c.json({ status: "ok" as const }, 200),
);

operationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/readyz",
    operationId: "isReady",
    summary: "Is it ready",
    description: "Whether the database is there and migrated.",
    tags: OPERATIONS,
    ...OPEN,
    responses: { 200: json(readiness, "It is"), 503: json(readiness, "Not yet"), ...problems() },
  }),
  async (c) =>
    (await isReady(c.var.platform))
      ? c.json({ status: "ready" as const }, 200)
      : c.json({ status: "not_ready" as const }, 503),
);

operationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/health",
    operationId: "getHealth",
    summary: "Health of each component",
    description: "A check of every binding, at most five seconds old.",
    tags: OPERATIONS,
    ...OPEN,
    responses: {
      200: json(healthSchema, "All is well"),
      503: json(healthSchema, "Something is failing"),
      ...problems(),
    },
  }),
  async (c) => {
    const health = await checkHealth(c.var.platform);
    const body = { ...health, checked_at: isoTime(health.checked_at) };
    return health.status === "ok" ? c.json(body, 200) : c.json(body, 503);
  },
);
