import { type Collection, parseCollection } from "../../bench/search/collection.ts";

const files = import.meta.glob<string>("./search-collection/*.{jsonl,tsv}", {
  query: "?raw",
  import: "default",
  eager: true,
});

function textOf(name: string): string {
  const text = files[`./search-collection/${name}`];
  if (text === undefined) throw new Error(`The collection has no ${name}.`);
  return text;
}

/** Passages about trading with judged queries; its SOURCE.md tells of them. */
export const tradingCollection: Collection = parseCollection({
  docs: textOf("docs.jsonl"),
  queries: textOf("queries.jsonl"),
  qrels: textOf("qrels.tsv"),
});
