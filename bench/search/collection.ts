import { z } from "zod";
import type { Gains } from "./metrics.ts";
import { documentId, type MadeDocument } from "./protocol.ts";

const documentLine = z.object({ id: z.string(), title: z.string(), text: z.string() });
const queryLine = z.object({ id: z.string(), text: z.string() });

export interface JudgedQuery {
  text: string;
  /** By the documents' ids in the index. */
  gains: Gains;
}

/** A test collection: documents, and queries whose relevant documents people have named. */
export interface Collection {
  documents: MadeDocument[];
  queries: JudgedQuery[];
}

/** The three files of a collection. */
export interface CollectionTexts {
  docs: string;
  queries: string;
  qrels: string;
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

/**
 * Parses `docs.jsonl` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv` (query, document, gain; a heading
 * first). Queries without a relevant document are left out. Throws where a line is malformed.
 */
export function parseCollection(texts: CollectionTexts): Collection {
  const documents = linesOf(texts.docs).map((line) => documentLine.parse(JSON.parse(line)));
  const ids = new Map(documents.map(({ id }, index) => [id, documentId(index)]));
  const judgements = Map.groupBy(
    linesOf(texts.qrels)
      .slice(1)
      .map((line) => line.split("\t")),
    ([query]) => query,
  );
  const gainsOf = (query: string): Gains =>
    new Map(
      (judgements.get(query) ?? []).flatMap(([, document = "", gain]) => {
        const id = ids.get(document);
        return id !== undefined && Number(gain) > 0 ? [[id, Number(gain)]] : [];
      }),
    );
  return {
    documents: documents.map(({ text, title }, index) => ({
      id: documentId(index),
      title,
      // A document that is only a title would have nothing to quote; its text is its title then.
      units: [{ heading: "", text: text.trim() === "" ? title : text }],
    })),
    queries: linesOf(texts.queries)
      .map((line) => queryLine.parse(JSON.parse(line)))
      .map(({ id, text }) => ({ text, gains: gainsOf(id) }))
      .filter(({ gains }) => gains.size > 0),
  };
}
