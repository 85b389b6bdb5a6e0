import { z } from "@hono/zod-openapi";
import { listQuery } from "../../http/lists.ts";
import { formatQuery } from "../../http/table-export.ts";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema, nullableId } from "../../platform/ids.ts";
import { JOB_STATUSES, PRIORITIES } from "../jobs/policy.ts";
import { jobErrorSchema, jobSchema } from "../jobs/schemas.ts";
import { DEFAULT_CONCURRENCY, ITEM_STATUSES, MAX_CONCURRENCY, MAX_JSON_ITEMS } from "./policy.ts";

export const batchParams = z.object({ id: z.string().openapi({ example: exampleId("bat") }) });

export const batchRequest = z
  .strictObject({
    type: z
      .string()
      .max(100)
      .openapi({ example: "search.query", description: "The type of each item's job" }),
    items: z
      .array(z.record(z.string(), z.unknown()))
      .min(1)
      .max(MAX_JSON_ITEMS)
      .optional()
      .openapi({
        description: "The inputs, each as its type takes them; or name a file",
        example: [{ query: "position sizing" }, { query: "stop loss", limit: 5 }],
      }),
    file_id: z.string().max(100).optional().openapi({
      description:
        "An uploaded CSV of up to 10,000 items: the first row names their fields, and a cell may be JSON",
    }),
    concurrency: z.int().min(1).max(MAX_CONCURRENCY).default(DEFAULT_CONCURRENCY).openapi({
      description: "How many items may run at once",
    }),
    priority: z
      .enum(PRIORITIES)
      .default("normal")
      .openapi({ description: "`critical` needs the priority lane" }),
    tags: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
  })
  .openapi("BatchRequest");

const count = z.int().min(0);

export const batchSchema = z
  .object({
    id: idSchema("bat"),
    type: z.string().openapi({ example: "search.query" }),
    status: z.enum(JOB_STATUSES).openapi({ description: "Where its present run is" }),
    concurrency: z.int(),
    priority: z.enum(PRIORITIES),
    tags: z.array(z.string()),
    file_id: nullableId("fil").openapi({ description: "The file that its items come from" }),
    total: count.openapi({ description: "Its items so far; of a file, those that were read" }),
    queued: count,
    running: count,
    succeeded: count,
    failed: count,
    cancelled: count,
    created_at: timeSchema,
    finished_at: timeSchema.nullable(),
    links: z
      .record(z.string(), z.string())
      .openapi({ example: { items: `/v1/batches/${exampleId("bat")}/items` } }),
    job: jobSchema.openapi({ description: "Its present run: watch it, or finish it early" }),
  })
  .openapi("Batch");

export const itemSchema = z
  .object({
    id: z.string().openapi({ example: `${exampleId("bat")}:0`, description: "The batch and the index" }),
    index: z.int().min(0),
    status: z.enum(ITEM_STATUSES),
    job_id: nullableId("job").openapi({ description: "The job that does it, or did" }),
    attempts: z.int().min(0).openapi({ description: "How often a job was started for it" }),
    input: z.record(z.string(), z.unknown()).openapi({ example: { query: "position sizing" } }),
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: "The job's result; of one above 64 kB, where it is" }),
    error: jobErrorSchema.nullable(),
    updated_at: timeSchema,
  })
  .openapi("BatchItem");

export const batchQuery = z.object({
  ...listQuery,
  type: z.string().max(100).optional().openapi({ example: "search.query" }),
});

export const itemQuery = z.object({ ...listQuery, status: z.enum(ITEM_STATUSES).optional() });

export const exportQuery = z.object({ format: formatQuery });
