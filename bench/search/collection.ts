import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { documentId } from "./desk.ts";
import type { Gains } from "./metrics.ts";
import type { MadeDocument } from "./protocol.ts";

const documentLine = z.object({ id: z.string(), title: z.string(), text: z.string() });
const queryLine = z.object({ id: z.string(), text: z.string() });

export interface JudgedQuery {
  text: string;
  /** By the documents' ids in the index. */
  gains: Gains;
}

/** A test collection: documents, and queries whose relevant documents people have named. */
export interface Collection {
  name: string;
  documents: MadeDocument[];
  queries: JudgedQuery[];
}

/**
 * Reads `docs.jsonl`, `queries.jsonl` and `qrels.tsv` (query, document, gain; a heading first) of a folder. Queries
 * without a relevant document are left out. Throws where a line is malformed.
 */
export async function readCollection(folder: string): Promise<Collection> {
  const lines = async (file: string) =>
    (await readFile(join(folder, file), "utf8")).split("\n").filter((line) => line.trim() !== "");
  const documents = (await lines("docs.jsonl")).map((line) => documentLine.parse(JSON.parse(line)));
  const ids = new Map(documents.map(({ id }, index) => [id, documentId(index)]));
  const judgements = Map.groupBy(
    (await lines("qrels.tsv")).slice(1).map((line) => line.split("\t")),
    ([query]) => query,
  );
  const gainsOf = (query: string): Gains =>
    new Map(
      (judgements.get(query) ?? []).flatMap(([, document = "", gain]) => {
        const id = ids.get(document);
        return id !== undefined && Number(gain) > 0 ? [[id, Number(gain)]] : [];
      }),
    );
  const queries = (await lines("queries.jsonl")).map((line) => queryLine.parse(JSON.parse(line)));
  return {
    name: basename(resolve(folder)),
    documents: documents.map(({ text, title }, index) => ({
      id: documentId(index),
      title,
      // A document that is only a title would have nothing to quote; its text is its title then.
      units: [{ heading: "", text: text.trim() === "" ? title : text }],
    })),
    queries: queries
      .map(({ id, text }) => ({ text, gains: gainsOf(id) }))
      .filter(({ gains }) => gains.size > 0),
  };
}
