import { z } from "@hono/zod-openapi";
import { exampleId, idSchema } from "../../platform/ids.ts";
import { SCOPES } from "./index/similar.ts";
import { hitSchema, searchItem } from "./schemas.ts";

export const passageParams = z.object({ chunk_id: z.string().openapi({ example: exampleId("chk") }) });

export const similarQuery = z.object({
  limit: z.coerce.number().int().min(1).max(50).default(10),
  document: z
    .enum(SCOPES)
    .default("any")
    .openapi({ description: "`other` leaves out the passages of the same document" }),
});

const similarHit = hitSchema.omit({ explain: true }).openapi("SimilarHit", {
  description: "As in a search; `score` is the cosine of the two passages, and nothing is highlighted",
});

export const similarAnswer = z
  .object({
    chunk_id: idSchema("chk"),
    results: z.array(similarHit),
    trained: z.boolean().openapi({
      description: "Whether topics of the library's own were compared, or the meaning of words alone",
    }),
  })
  .openapi("SimilarAnswer");

export const feedbackRequest = z
  .strictObject({
    query: searchItem.shape.query,
    chunk_id: idSchema("chk"),
    rating: z.int().min(1).max(5).openapi({ description: "From 1, no answer at all, to 5, the answer" }),
  })
  .openapi("SearchFeedback");
