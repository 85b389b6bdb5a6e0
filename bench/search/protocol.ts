import { z } from "zod";
import { MODES } from "../../src/modules/search/index/types.ts";
import { INTENTS } from "../../src/modules/search/text/intents.ts";
import { type DocumentId, idSchema } from "../../src/platform/ids.ts";

/** What a measuring command and the Worker of the evaluation say to each other. */

const desk = idSchema("dsk");

/** A document as extraction would leave it: pieces of clean text, each under a heading or none (""). */
const madeDocument = z.strictObject({
  id: idSchema("doc"),
  title: z.string(),
  units: z.array(z.strictObject({ heading: z.string(), text: z.string() })).max(1_000),
});
export type MadeDocument = z.infer<typeof madeDocument>;

/** The id of the document with this number, for documents that are made up or come from a file. */
export const documentId = (number: number): DocumentId => `doc_${number.toString(16).padStart(32, "0")}`;

export const fillRequest = z.strictObject({ desk, documents: z.array(madeDocument).max(500) });
export const fillAnswer = z.object({ chunks: z.number() });

export const trainRequest = z.strictObject({ desk });
/** Dimensions of the topics; 0 where the library is too small to have any. */
export const trainAnswer = z.object({ dimensions: z.number() });

export const queriesRequest = z.strictObject({
  desk,
  mode: z.enum(MODES),
  intent: z.enum(INTENTS).optional(),
  /** Passages that each query asks for. */
  limit: z.int().min(1).max(500),
  queries: z.array(z.string()).max(500),
});
export type QueriesRequest = z.infer<typeof queriesRequest>;

const queryAnswer = z.object({
  /** The documents of the passages found, each where its best passage stands. */
  documents: z.array(idSchema("doc")),
  /** The object's own time for the search, and the rows that its SQLite read. */
  took_ms: z.number(),
  rows_read: z.number(),
});
export type QueryAnswer = z.infer<typeof queryAnswer>;
export const queriesAnswer = z.object({ answers: z.array(queryAnswer) });

export const problemAnswer = z.object({ code: z.string(), detail: z.string() });
