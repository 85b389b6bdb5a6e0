import { z } from "@hono/zod-openapi";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { MODES } from "./index/types.ts";
import { SIGNALS } from "./ranking/weights.ts";
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
    description:
      "Where the text stands: a page, chapter or cell, counted from 1, or a section, and offsets in its text as extracted, in UTF-16 " +
      "code units",
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
  query: z.string().trim().min(1, "must have a word").max(1_000).openapi({
    example: "position sizing by volatility",
    description: 'Words, a question, code, a formula, or "a phrase"',
  }),
  intent: z
    .enum(INTENTS)
    .optional()
    .openapi({
      description:
        "What the query is after; detected when it is not given. `exact`: only what has the phrases word for word, whatever stands " +
        "between the words. `code`: also by the parts of names. `formula`: also by signs that stand together. `concept`, " +
        "`strategy`: what defines a term, or states rules, comes first. `semantic`: none of these.",
    }),
  filters: filtersSchema.optional(),
  limit: z.int().min(1).max(100).default(10),
  min_score: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .openapi({ description: "Of the best hit's score, which is 1" }),
  mode: z.enum(MODES).optional().openapi({
    description:
      "`bm25` ranks by words alone, `vector` by meaning alone; `hybrid`, the default, by all there is",
  }),
});

export const searchRequest = searchItem
  .extend({
    explain: z.boolean().default(false).openapi({ description: "Tell what each score is made of" }),
    facets: z.boolean().default(false).openapi({ description: "Count the matches by metadata" }),
  })
  .openapi("SearchRequest");

const explanation = z.partialRecord(z.enum(SIGNALS), z.number()).openapi("SearchExplanation", {
  description:
    "What each signal adds; their sum, over the best passage's, is the score. `bm25` words, `title` words of the title " +
    "that were asked for, `topics` the library's own topics, `words` the meaning of words, `order` and `near` how the " +
    "words stand together, `forms` identifiers and symbols, `fit` the form that the intent asks for, `neighbours` an " +
    "outside model, `feedback` votes.",
});

const facet = z.array(z.object({ value: z.string(), count: z.int() }));
const facets = z.object({ category: facet, author: facet, language: facet, tags: facet });

export const hitSchema = z
  .object({
    id: idSchema("chk"),
    document_id: idSchema("doc"),
    document_version: z.int().openapi({ description: "The version of the document's metadata" }),
    title: z.string(),
    text: z.string(),
    score: z.number().min(0).max(1).openapi({
      description: "Over the best hit's, which is 1 however well it answers; comparable within one answer",
    }),
    locator: locatorSchema,
    bytes: z.object(span).openapi({
      description:
        "The passage in the extracted text of its page, chapter, cell or section, as UTF-8 offsets",
    }),
    highlights: z
      .array(z.object(span))
      .openapi({ description: "Hits in `text`, as offsets in UTF-16 code units" }),
    explain: explanation.optional(),
  })
  .openapi("SearchHit");

export const searchAnswer = z
  .object({
    query: z.string(),
    intent: z.enum(INTENTS),
    confidence: z.number().min(0).max(1).openapi({
      description: "How sure the detection of the intent is; for `semantic`, how little spoke for any other",
    }),
    mode: z.enum(MODES),
    results: z.array(hitSchema),
    total: z.int().openapi({ description: "Matching passages before `min_score`, counted up to 1,000" }),
    trained: z.boolean().openapi({
      description:
        "Whether topics of the library's own took part; from some 200 passages on, they are learnt",
    }),
    cached: z.boolean(),
    took_ms: z.number(),
    facets: facets.optional().openapi({ description: "Of the first thousand matching passages" }),
    suggestions: z.array(z.string()).openapi({ description: "What the query may have been meant to say" }),
  })
  .openapi("SearchAnswer", {
    example: {
      query: "position sizing",
      intent: "semantic",
      results: [
        {
          id: exampleId("chk"),
          document_id: exampleId("doc"),
          document_version: 1,
          title: "A trading handbook",
          text: "Position sizing decides how much of the equity one trade may lose.",
          score: 1,
          locator: { page: 3, start: 0, end: 66 },
          bytes: { start: 0, end: 66 },
          highlights: [{ start: 0, end: 8 }],
        },
      ],
      confidence: 0.5,
      mode: "hybrid",
      total: 1,
      trained: true,
      cached: false,
      took_ms: 4,
      suggestions: [],
    },
  });
