import { z } from "@hono/zod-openapi";
import { formatQuery } from "../../http/table-export.ts";
import { hitSchema, searchItem } from "./schemas.ts";

/** What one export has, at most. */
const MAX_ROWS = 10_000;

const { intent, mode, query } = searchItem.shape;
const { author, category, document_ids, language, tags } = searchItem.shape.filters.unwrap().shape;

/** A parameter that is repeated, holds a list with commas, or both. */
function listed(names: z.ZodArray<z.ZodString>, description: string) {
  const split = (given: unknown) => (Array.isArray(given) ? given : [given]).flatMap(partsOf);
  const told = names.refine((all) => all.every((name) => name !== ""), "has a name that is empty");
  return z
    .preprocess(split, told)
    .optional()
    .openapi({ type: "array", items: { type: "string" }, description });
}

const partsOf = (given: unknown) =>
  typeof given === "string" ? given.split(",").map((part) => part.trim()) : [given];

/** A parameter that there is not is refused: a filter that was misspelled must not export the whole library. */
export const searchExportQuery = z
  .strictObject({
    query: query.openapi({ example: "breakout of a range" }),
    intent,
    mode,
    document_ids: listed(document_ids.unwrap(), "Any of them; repeat it, or separate by commas"),
    category,
    author,
    tags: listed(tags.unwrap(), "All of them; repeat it, or separate by commas"),
    language,
    min_score: z.coerce.number().min(0).max(1).optional().openapi({ type: "number" }),
    limit: z.coerce
      .number()
      .int()
      .min(1, "must be at least 1")
      .max(MAX_ROWS, `must be at most ${MAX_ROWS}: an export has no more rows`)
      .default(1_000),
    format: formatQuery,
  })
  .transform(({ author, category, document_ids, language, tags, ...request }) => ({
    ...request,
    filters: { author, category, document_ids, language, tags },
  }));

export const exportedPassage = hitSchema
  .pick({ score: true, title: true, document_id: true, document_version: true, locator: true, text: true })
  .extend({ rank: z.int().min(1), chunk_id: hitSchema.shape.id, intent: intent.unwrap() })
  .openapi("ExportedPassage");
