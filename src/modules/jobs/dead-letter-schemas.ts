import { z } from "@hono/zod-openapi";
import { isoTime, timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema, nullableId } from "../../platform/ids.ts";
import { kindOf, LETTER_KINDS, LETTER_REASONS, LETTER_STATUSES } from "./dead-letter-policy.ts";
import type { DeadLetter } from "./dead-letter-store.ts";
import { MAX_REPLAYED } from "./replay-job.ts";
import { jobSchema } from "./schemas.ts";

export const letterSchema = z
  .object({
    id: idSchema("ded"),
    status: z.enum(LETTER_STATUSES),
    kind: z.enum(LETTER_KINDS).openapi({ description: "What its message was about" }),
    reason: z.enum(LETTER_REASONS).openapi({ description: "Why it is a dead letter" }),
    queue: z
      .string()
      .openapi({ example: "jobs-dead", description: "The queue that the message was taken from" }),
    attempts: z.int().openapi({ example: 1, description: "How often that queue had handed it over" }),
    job_id: nullableId("job"),
    created_at: timeSchema,
    handled_at: timeSchema.nullable(),
    handled_by: z
      .string()
      .nullable()
      .openapi({ description: "Who replayed or discarded it", example: exampleId("usr") }),
    links: z
      .record(z.string(), z.string())
      .openapi({ example: { message: `/v1/jobs/dead-letters/${exampleId("ded")}/message` } }),
  })
  .openapi("DeadLetter");

export const letterDetail = letterSchema
  .extend({
    message: z.unknown().openapi({
      description: "The message's body as it was kept",
      example: { version: 1, type: "job.settle", desk_id: exampleId("dsk"), job_id: exampleId("job") },
    }),
  })
  .openapi("DeadLetterDetail");

export const replayedLetter = letterSchema.extend({ job: jobSchema.nullable() }).openapi("DeadLetterReplay", {
  description: "`job` goes on, or is the new run of one that had failed; null for a delivery",
});

/** Room for what a message of ours holds; of anything else its beginning tells enough. */
const SHOWN = 2_000;

export const desklessLetter = letterSchema
  .omit({ links: true })
  .extend({
    body: z
      .string()
      .openapi({ example: '{"version":9}', description: `The first ${SHOWN} characters of the message` }),
  })
  .openapi("DesklessDeadLetter");

export const replayBody = z
  .strictObject({
    ids: z.array(idSchema("ded")).min(1).max(MAX_REPLAYED).optional(),
    filter: z
      .strictObject({
        kind: z.enum(["job", "delivery"]).optional(),
        created_after: timeSchema.optional().openapi({ description: "From this moment on" }),
        created_before: timeSchema.optional().openapi({ description: "Before this moment" }),
      })
      .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
        message: "names nothing: an empty filter would mean every dead letter",
      })
      .optional(),
  })
  .refine(({ filter, ids }) => (filter === undefined) !== (ids === undefined), {
    message: "takes either `ids` or `filter`",
  })
  .openapi("DeadLetterReplayMany");

function fieldsOf(letter: DeadLetter) {
  const { attempts, created_at, handled_at, handled_by, id, job_id, queue, reason, status } = letter;
  const times = { created_at: isoTime(created_at), handled_at: isoTime(handled_at) };
  return { id, status, kind: kindOf(letter), reason, queue, attempts, job_id, handled_by, ...times };
}

export function letterView(letter: DeadLetter): z.infer<typeof letterSchema> {
  const { id, job_id } = letter;
  const job = job_id === null ? {} : { job: `/v1/jobs/${job_id}` };
  return { ...fieldsOf(letter), links: { message: `/v1/jobs/dead-letters/${id}/message`, ...job } };
}

export function letterDetailView(letter: DeadLetter): z.infer<typeof letterDetail> {
  return { ...letterView(letter), message: JSON.parse(letter.body) };
}

export function desklessView(letter: DeadLetter): z.infer<typeof desklessLetter> {
  return { ...fieldsOf(letter), body: letter.body.slice(0, SHOWN) };
}
