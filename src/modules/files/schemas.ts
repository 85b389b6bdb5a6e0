import { z } from "@hono/zod-openapi";
import { listQuery } from "../../http/lists.ts";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { DEFAULT_LINK_S, MAX_LINK_S, PURPOSES } from "./policy.ts";

/** The multipart body as the document of the API shows it; there is no field beside the file. */
export const fileForm = z
  .object({
    file: z.string().openapi({ format: "binary", description: "A CSV of items: text in UTF-8, up to 10 MB" }),
  })
  .openapi("FileUpload");
export const fileFields = z.strictObject({});

export const fileSchema = z
  .object({
    id: idSchema("fil"),
    name: z.string().openapi({ example: "companies.csv" }),
    content_type: z.string().openapi({ example: "text/csv" }),
    size_bytes: z.int(),
    sha256: z.string(),
    purpose: z.enum(PURPOSES),
    job_id: idSchema("job")
      .nullable()
      .openapi({ type: ["string", "null"], example: exampleId("job"), description: "The job that made it" }),
    created_by: z.string().openapi({ example: exampleId("usr") }),
    created_at: timeSchema,
    expires_at: timeSchema.openapi({ description: "24 hours after it was made; then it is gone" }),
    links: z.record(z.string(), z.string()),
  })
  .openapi("File");

export const fileQuery = z.object({ ...listQuery, purpose: z.enum(PURPOSES).optional() });
export const fileParams = z.object({ id: z.string().openapi({ example: exampleId("fil") }) });

export const linkRequest = z
  .strictObject({
    expires_in_s: z
      .int()
      .min(1)
      .max(MAX_LINK_S)
      .default(DEFAULT_LINK_S)
      .openapi({ description: "An hour unless you say otherwise, and never longer than the file itself" }),
  })
  .openapi("FileLinkRequest");

export const linkSchema = z
  .object({
    url: z.url().openapi({
      description: "Opens the file to whoever has it, without a credential",
      example: "https://desk.example/downloads/signed-token",
    }),
    expires_at: timeSchema,
  })
  .openapi("FileLink");

export const linkParams = z.object({ token: z.string().openapi({ example: "signed-token" }) });
