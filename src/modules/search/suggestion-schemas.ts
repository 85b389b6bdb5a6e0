import { z } from "@hono/zod-openapi";
import { exampleId, idSchema } from "../../platform/ids.ts";

const MAX_SUGGESTIONS = 10;

export const suggestionQuery = z.object({
  prefix: z.string().min(1).max(200).openapi({
    example: "position si",
    description: "What was typed so far; its last word may be half a word",
  }),
  limit: z.coerce.number().int().min(1).max(MAX_SUGGESTIONS).default(8),
});

const suggestionSchema = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("title"), text: z.string(), document_id: idSchema("doc") }),
    z.object({ kind: z.literal("term"), text: z.string() }),
    z.object({ kind: z.literal("query"), text: z.string() }),
  ])
  .openapi("Suggestion", {
    description:
      "The `title` of a document, what was typed with its last word completed to a `term` of the library, or a `query` of the past",
    example: { kind: "term", text: "position sizing" },
  });

export const suggestionsAnswer = z
  .object({ prefix: z.string(), suggestions: z.array(suggestionSchema).max(MAX_SUGGESTIONS) })
  .openapi("SuggestionsAnswer", {
    example: {
      prefix: "position si",
      suggestions: [
        { kind: "query", text: "position sizing by volatility" },
        { kind: "term", text: "position sizing" },
        { kind: "title", text: "Position sizing in practice", document_id: exampleId("doc") },
      ],
    },
  });
