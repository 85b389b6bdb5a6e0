import { z } from "@hono/zod-openapi";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { INTENTS } from "./text/intents.ts";

const span = { start: z.int().min(0), end: z.int().min(0) };

export const locatorSchema = z
  .union([
    z.object({ page: z.int(), ...span }),
    z.object({ chapter: z.int(), heading: z.string(), ...span }),
    z.object({ cell: z.int(), ...span }),
    z.object({ heading: z.string(), ...span }),
  ])
  .openapi("Locator", {
    description: "Where the text stands: a page, chapter, cell or section, and character offsets in it",
    example: { page: 17, start: 120, end: 940 },
  });

const filtersSchema = z.strictObject({
  document_ids: z.array(z.string().max(100)).max(100).optional(),
  category: z.string().max(100).optional(),
  author: z.string().max(200).optional(),
  tags: z.array(z.string().max(50)).max(20).optional().openapi({ description: "All of them" }),
  language: z.string().max(35).optional(),
});

/** One query, as a search takes it and as an item of a batch does. */
export const searchItem = z.strictObject({
  query: z.string().trim().min(1).max(1_000).openapi({ example: "position sizing by volatility" }),
  intent: z.enum(INTENTS).optional().openapi({ description: "Detected when it is not given" }),
  filters: filtersSchema.optional(),
  limit: z.int().min(1).max(100).default(10),
  min_score: z.number().min(0).max(1).optional(),
  mode: z
    .enum(["hybrid", "bm25", "vector"])
    .optional()
    .openapi({ description: "`hybrid` uses what the library has" }),
});

export const searchRequest = searchItem
  .extend({ explain: z.boolean().default(false) })
  .openapi("SearchRequest");

export const hitSchema = z
  .object({
    id: idSchema("chk"),
    document_id: idSchema("doc"),
    title: z.string(),
    text: z.string(),
    score: z.number().min(0).max(1),
    locator: locatorSchema,
    highlights: z.array(z.object(span)).openapi({ description: "Hits in `text`, as character offsets" }),
    explain: z.object({ bm25: z.number() }).optional(),
  })
  .openapi("SearchHit");

export const searchAnswer = z
  .object({
    query: z.string(),
    intent: z.enum(INTENTS),
    results: z.array(hitSchema),
    total: z.int().openapi({ description: "Matching passages before `min_score`, counted up to 1,000" }),
    took_ms: z.number(),
    suggestions: z.array(z.string()),
  })
  .openapi("SearchAnswer", {
    example: {
      query: "position sizing",
      intent: "semantic",
      results: [
        {
          id: exampleId("chk"),
          document_id: exampleId("doc"),
          title: "A trading handbook",
          text: "Position sizing decides how much of the equity one trade may lose.",
          score: 1,
          locator: { page: 3, start: 0, end: 66 },
          highlights: [{ start: 0, end: 8 }],
        },
      ],
      total: 1,
      took_ms: 4,
      suggestions: [],
    },
  });
