import { z } from "@hono/zod-openapi";
import { listQuery } from "../../http/lists.ts";
import { isoTime, timeSchema } from "../../platform/clock.ts";
import { exampleId } from "../../platform/ids.ts";
import type { LoggedRow } from "./store.ts";
import { FINDING_CODES } from "./verifier.ts";
import type { Verification } from "./verify.ts";

const EXAMPLE_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const hash = z.string().openapi({ example: EXAMPLE_HASH });
const place = z.int().openapi({ example: 42 });
const named = (example: string) => z.string().min(1).max(100).optional().openapi({ example });

export const auditQuery = z.object({
  ...listQuery,
  actor: named(exampleId("usr")),
  action: named("document.update"),
  target: named(exampleId("doc")),
  from: timeSchema.optional().openapi({ description: "From this moment on" }),
  to: timeSchema.optional().openapi({ description: "Before this moment" }),
});

export const verifyQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .openapi({ example: 10_000, description: "`next_after` of the call before" }),
});

export const auditRowSchema = z
  .object({
    id: z.string().openapi({ example: exampleId("aud") }),
    at: timeSchema,
    actor: z.string().openapi({ example: exampleId("usr"), description: "The user who did it" }),
    impersonator: z
      .string()
      .nullable()
      .openapi({ description: "The super admin who borrowed the actor's view" }),
    key_id: z.string().nullable().openapi({ description: "The API key that acted for them" }),
    action: z.string().openapi({ example: "document.update" }),
    target: z.string().openapi({ example: exampleId("doc") }),
    before_hash: hash.nullable().openapi({ description: "SHA-256 of the target's state before" }),
    after_hash: hash.nullable().openapi({ description: "SHA-256 of the target's state after" }),
    request_id: z
      .string()
      .nullable()
      .openapi({ example: exampleId("req") }),
    address: z.string().nullable().openapi({ example: "192.0.2.7" }),
    seq: place.nullable().openapi({ description: "Its place in the chain; null until it is sealed" }),
    hash: hash.nullable(),
  })
  .openapi("AuditRow");

export function auditRowView({
  desk_id: _,
  signature: __,
  at,
  ...row
}: LoggedRow): z.infer<typeof auditRowSchema> {
  return { ...row, at: isoTime(at) };
}

export const verificationSchema = z
  .object({
    valid: z
      .boolean()
      .openapi({ description: "Whether nothing wrong was found in what this call looked at" }),
    complete: z
      .boolean()
      .openapi({ description: "Whether it came to the head; else go on from `next_after`" }),
    verified: z.object({ from: place, to: place }).nullable(),
    head: z
      .object({
        seq: place,
        hash,
        at: timeSchema,
        signature: z.string().openapi({
          example: "eyJhbGciOiJFZERTQSJ9.eyJzZXEiOjQyfQ.c2lnbmF0dXJl",
          description: "A JWS: keep it elsewhere, and no row up to it can go unseen",
        }),
      })
      .nullable(),
    next_after: place.nullable(),
    findings: z.array(z.object({ seq: place.nullable(), code: z.enum(FINDING_CODES), message: z.string() })),
  })
  .openapi("AuditVerification");

export function verificationView({ head, ...told }: Verification): z.infer<typeof verificationSchema> {
  if (head === null) return { ...told, head };
  const { at, hash, seq, signature } = head;
  return { ...told, head: { seq, hash, at: isoTime(at), signature } };
}
