import { z } from "zod";
import { stemOf } from "../../src/modules/search/text/stems.ts";
import { tellingWords, wordsOf } from "../../src/modules/search/text/words.ts";
import { topOf } from "../../src/modules/search/vectors/top.ts";
import { dataFile } from "./data.ts";

const document = z.object({ id: z.string(), title: z.string(), text: z.string() });
const question = z.object({ id: z.string(), text: z.string() });
type Document = z.infer<typeof document>;

/** Puts the numbers of documents in order for a query, best first. */
type Rank = (query: string) => readonly number[];

export interface Collection {
  documents: Document[];
  /** Means over the queries that have an answer: nDCG@10 with linear gain, and recall@100. */
  measure(rank: Rank): { ndcg10: number; recall100: number };
}

/** A retrieval collection of the reference data, or undefined where it is missing. */
export async function collection(
  name: "cacm" | "cisi" | "cranfield" | "finqa10k",
): Promise<Collection | undefined> {
  const [documents, questions, judgements] = await Promise.all(
    ["docs.jsonl", "queries.jsonl", "qrels.tsv"].map((file) => linesOf(`ir/${name}/${file}`)),
  );
  if (documents === undefined || questions === undefined || judgements === undefined) return undefined;
  const parsed = documents.map((line) => document.parse(JSON.parse(line)));
  const queries = questions.map((line) => question.parse(JSON.parse(line)));
  const gains = gainsOf(judgements.slice(1));
  return {
    documents: parsed,
    measure: (rank) => {
      const judged = queries.flatMap(({ id, text }) => {
        const gain = gains.get(id);
        return gain === undefined ? [] : [score(rank(text), parsed, gain)];
      });
      const mean = (of: "ndcg10" | "recall100") =>
        judged.reduce((sum, query) => sum + query[of], 0) / judged.length;
      return { ndcg10: mean("ndcg10"), recall100: mean("recall100") };
    },
  };
}

async function linesOf(path: string): Promise<string[] | undefined> {
  const bytes = await dataFile(path);
  return bytes && new TextDecoder().decode(bytes).trimEnd().split("\n");
}

/** Query → document → gain, of lines `query⇥document⇥gain`; a query without an answer is left out. */
function gainsOf(lines: readonly string[]): Map<string, Map<string, number>> {
  const judgements = lines.map((line) => line.split("\t")).filter(([, , gain]) => Number(gain) > 0);
  const byQuery = Map.groupBy(judgements, ([query = ""]) => query);
  return new Map(
    [...byQuery].map(([query, rows]) => [
      query,
      new Map(rows.map(([, id = "", gain]) => [id, Number(gain)] as const)),
    ]),
  );
}

const discounted = (gains: readonly number[]) =>
  gains.slice(0, 10).reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);

function score(ranking: readonly number[], documents: readonly Document[], gain: Map<string, number>) {
  const gains = ranking.map((number) => gain.get(documents[number]?.id ?? "") ?? 0);
  const ideal = [...gain.values()].sort((a, b) => b - a);
  return {
    ndcg10: discounted(gains) / discounted(ideal),
    recall100: gains.slice(0, 100).filter((value) => value > 0).length / ideal.length,
  };
}

/** The stems of a text's telling words. */
export const stemsOf = (text: string): string[] => tellingWords(wordsOf(text)).map(stemOf);

/** The hundred unit vectors nearest to the query, best first. */
export function rankingOf(
  vectors: readonly (Float32Array | undefined)[],
  query: Float32Array | undefined,
): number[] {
  const cosines = Float32Array.from(vectors, (vector) =>
    vector === undefined || query === undefined ? 0 : dot(vector, query),
  );
  return topOf(cosines, 100).map(({ row }) => row);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
