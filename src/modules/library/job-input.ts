import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";

export const INGEST = "library.ingest";
export const PURGE = "library.purge";
export const REPROCESS = "library.reprocess";
export const REINDEX = "library.reindex";

/** What the jobs about one document are told: which one. All else they read themselves. */
export const documentInput = z.object({
  document_id: idSchema("doc"),
});
export type DocumentInput = z.infer<typeof documentInput>;
