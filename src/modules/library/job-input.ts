import { z } from "zod";
import { type DocumentId, isId } from "../../platform/ids.ts";

export const INGEST = "library.ingest";
export const PURGE = "library.purge";
export const REINDEX = "library.reindex";

/** What the jobs about one document are told: which one. All else they read themselves. */
export const documentInput = z.object({
  document_id: z.custom<DocumentId>((value) => typeof value === "string" && isId("doc", value)),
});
export type DocumentInput = z.infer<typeof documentInput>;
