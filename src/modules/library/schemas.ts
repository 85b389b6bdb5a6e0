import { z } from "@hono/zod-openapi";
import { listQuery } from "../../http/lists.ts";
import { timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { jobErrorSchema, jobSchema } from "../jobs/schemas.ts";
import { locatorSchema } from "../search/schemas.ts";
import { FORMATS } from "./formats/document.ts";
import { DOCUMENT_STATUSES, MAX_TAG_LENGTH, MAX_TAGS, tagsOf } from "./policy.ts";
import { SORTS } from "./store.ts";

const nothing = <T extends z.ZodType>(schema: T) =>
  z.union([z.literal("").transform(() => undefined), schema]);

const title = z.string().trim().min(1).max(300).openapi({ example: "A trading handbook" });
const author = z.string().trim().min(1).max(200).openapi({ example: "Ada Lovelace" });
const description = z.string().trim().min(1).max(2_000);
const category = z.string().trim().min(1).max(100).openapi({ example: "books" });
/** BCP 47, as far as its shape goes. */
const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "is no BCP 47 tag")
  .openapi({ example: "en" });
const tags = z
  .array(z.string().trim().min(1).max(MAX_TAG_LENGTH))
  .max(MAX_TAGS)
  .openapi({ example: ["risk", "sizing"] });

/** The fields beside the file; an empty field counts as left out, as forms send it. */
export const uploadFields = z.strictObject({
  title: nothing(title).optional(),
  author: nothing(author).optional(),
  description: nothing(description).optional(),
  category: nothing(category).optional(),
  language: nothing(language).optional(),
  tags: z.string().max(2_000).transform(tagsOf).pipe(tags).optional(),
});
export type UploadFields = z.infer<typeof uploadFields>;

/** The multipart body as the document of the API shows it. */
export const uploadForm = z
  .object({
    file: z
      .string()
      .openapi({ format: "binary", description: "PDF, EPUB, notebook, Markdown, HTML or text" }),
    title: title.optional(),
    author: author.optional(),
    description: description.optional(),
    category: category.optional(),
    language: language.optional(),
    tags: z.string().optional().openapi({ description: "Comma-separated", example: "risk, sizing" }),
  })
  .openapi("DocumentUpload");

export const documentEdit = z
  .strictObject({
    title: title.optional(),
    author: author.nullable().optional(),
    description: description.nullable().optional(),
    category: category.nullable().optional(),
    language: language.nullable().optional(),
    tags: tags.optional(),
  })
  .openapi("DocumentEdit");

export const reprocessRequest = z
  .strictObject({
    force: z.boolean().default(false).openapi({ description: "Also while it is being processed" }),
  })
  .openapi("ReprocessRequest");

export const documentSchema = z
  .object({
    id: idSchema("doc"),
    title: z.string(),
    author: z.string().nullable(),
    description: z.string().nullable(),
    category: z.string().nullable(),
    language: z.string().nullable(),
    tags: z.array(z.string()),
    file_name: z.string(),
    format: z.enum(FORMATS).nullable().openapi({ description: "Found from the bytes; null until then" }),
    size_bytes: z.int(),
    sha256: z.string(),
    status: z.enum(DOCUMENT_STATUSES),
    error: jobErrorSchema.nullable(),
    unit_count: z.int().nullable().openapi({ description: "Pages, chapters, cells or sections" }),
    chunk_count: z.int().nullable(),
    created_at: timeSchema,
    updated_at: timeSchema,
    job_id: idSchema("job"),
    links: z.record(z.string(), z.string()),
  })
  .openapi("Document");

export const documentWithJob = documentSchema
  .extend({ job: jobSchema.nullable() })
  .openapi("DocumentWithJob");

export const documentStatusSchema = z
  .object({
    id: idSchema("doc"),
    status: z.enum(DOCUMENT_STATUSES),
    error: jobErrorSchema.nullable(),
    job: jobSchema.nullable(),
  })
  .openapi("DocumentStatus");

export const chunkSchema = z
  .object({ id: idSchema("chk"), index: z.int(), text: z.string(), locator: locatorSchema })
  .openapi("Chunk");

export const documentQuery = z.object({
  ...listQuery,
  category: z.string().max(100).optional(),
  author: z.string().max(200).optional(),
  status: z.enum(DOCUMENT_STATUSES).optional(),
  tag: z
    .preprocess(
      (value) => (typeof value === "string" ? [value] : value),
      z.array(z.string().max(MAX_TAG_LENGTH)).max(5),
    )
    .optional()
    .openapi({
      type: "array",
      items: { type: "string" },
      description: "Repeat it to ask for several tags at once",
    }),
  q: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: "Whole words of title, author, description or file name" }),
  sort: z.enum(SORTS).default("-created_at"),
});

export const documentParams = z.object({
  id: z.string().openapi({ example: exampleId("doc") }),
});
