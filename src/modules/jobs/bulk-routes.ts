import { createRoute, z } from "@hono/zod-openapi";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import type { newRouter } from "../../http/router.ts";
import { timeSchema } from "../../platform/clock.ts";
import { idSchema } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { startBulk } from "./bulk.ts";
import { BULK_ACTIONS, type BulkFilter } from "./bulk-policy.ts";
import { JOB_STATUSES, PRIORITIES } from "./policy.ts";
import { jobSchema, jobView } from "./schemas.ts";

const MAX_IDS = 1_000;

const filterSchema = z
  .strictObject({
    status: z.enum(JOB_STATUSES).optional(),
    type: z.string().min(1).max(100).optional(),
    tag: z.string().min(1).max(100).optional(),
    priority: z.enum(PRIORITIES).optional(),
    created_after: timeSchema.optional().openapi({ description: "From this moment on" }),
    created_before: timeSchema.optional().openapi({ description: "Before this moment" }),
  })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    message: "names nothing: an empty filter would mean every job",
  });

const bulkBody = z
  .strictObject({
    action: z.enum(BULK_ACTIONS),
    ids: z.array(idSchema("job")).min(1).max(MAX_IDS).optional(),
    filter: filterSchema.optional(),
  })
  .refine(({ filter, ids }) => (filter === undefined) !== (ids === undefined), {
    message: "takes either `ids` or `filter`",
  })
  .openapi("JobBulk");

const timeOf = (iso: string | undefined): number | null => (iso === undefined ? null : Date.parse(iso));

function filterOf(filter: z.infer<typeof filterSchema>): BulkFilter {
  const { created_after, created_before, priority = null, status = null, tag = null, type = null } = filter;
  const times = { created_after: timeOf(created_after), created_before: timeOf(created_before) };
  return { status, type, tag, priority, ...times };
}

export function bulkRoute(routes: ReturnType<typeof newRouter>): void {
  routes.openapi(
    createRoute({
      method: "post",
      path: "/v1/jobs/bulk",
      operationId: "steerJobs",
      summary: "Steer many jobs",
      description:
        "Starts a job that steers each of the jobs as the single route does, with your rights at that time: those with these `ids`, or those of the desk that the `filter` means and that exist now. Its result counts `matched`, `changed`, `unchanged` and `refused` by code, with the first twenty refusals as `examples`. Children of batches are steered through their batch.",
      tags: ["Jobs"],
      ...needs("jobs:control"),
      request: {
        body: jsonBody(bulkBody, { action: "cancel", filter: { status: "queued", type: "library.ingest" } }),
      },
      responses: { 202: json(jobSchema, "The job that steers"), ...privateProblems(400, 413, 415, 422) },
    }),
    async (c) => {
      const { action, filter, ids } = c.req.valid("json");
      const meant = { action, ids: ids ?? null, filter: filter ? filterOf(filter) : null };
      const job = await startBulk(contextOf(c), meant);
      return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
    },
  );
}
