import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runMain } from "../scripts/project.ts";
import type { Mode } from "../src/modules/search/index/types.ts";
import type { DeskId } from "../src/platform/ids.ts";
import { type Collection, parseCollection } from "./search/collection.ts";
import { EVALUATION_WORKER, fillDesk, newDeskId, queryDesk, Refused, trainDesk } from "./search/desk.ts";
import { mean, ndcg, percentile, recall, reciprocalRank } from "./search/metrics.ts";
import { type BenchServer, withWorker } from "./server.ts";

/** In the order of the table. */
const MODES = ["bm25", "vector", "hybrid"] as const satisfies Mode[];

const USAGE = `npm run eval:search -- <folder> [<folder> …] [--intent=semantic|detected] [--mode=bm25,vector,hybrid] [--cold] [--json]

  Each folder holds docs.jsonl, queries.jsonl and qrels.tsv. --cold leaves out the training of topics.`;

const NDCG_DEPTH = 10;
const RECALL_DEPTH = 100;
/** Passages asked for to rank a hundred documents, of which some have several. */
const PASSAGES = 200;
/** Passages asked for when it is the time that counts: a page of results. */
const PAGE_OF_RESULTS = 10;

const options = z.object({
  intent: z.enum(["semantic", "detected"]).default("semantic"),
  mode: z
    .string()
    .default(MODES.join(","))
    .transform((list) => list.split(","))
    .pipe(z.array(z.enum(MODES))),
  /** Without topics of the library's own, as it is before the first training. */
  cold: z.boolean().default(false),
  json: z.boolean().default(false),
});
type Options = z.infer<typeof options>;

interface Row {
  collection: string;
  mode: Mode;
  chunks: number;
  queries: number;
  ndcg: number;
  recall: number;
  mrr: number;
  p50_ms: number;
  p95_ms: number;
}

/** The quality and speed of a mode on a collection that is in the desk's index, or undefined without that mode. */
async function evaluate(
  server: BenchServer,
  desk: DeskId,
  { queries }: Collection,
  mode: Mode,
  { intent }: Options,
): Promise<Omit<Row, "collection" | "chunks"> | undefined> {
  const request = {
    ...{ desk, mode, queries: queries.map(({ text }) => text) },
    ...(intent === "semantic" ? { intent } : {}),
  };
  try {
    const ranked = await queryDesk(server, { ...request, limit: PASSAGES });
    const timed = await queryDesk(server, { ...request, limit: PAGE_OF_RESULTS });
    const times = timed.map(({ took_ms }) => took_ms);
    const average = (measure: (ranking: string[], gains: ReadonlyMap<string, number>) => number) =>
      mean(queries.map(({ gains }, index) => measure(ranked[index]?.documents ?? [], gains)));
    return {
      mode,
      queries: queries.length,
      ndcg: average((ranking, gains) => ndcg(ranking, gains, NDCG_DEPTH)),
      recall: average((ranking, gains) => recall(ranking, gains, RECALL_DEPTH)),
      mrr: average(reciprocalRank),
      p50_ms: percentile(times, 0.5),
      p95_ms: percentile(times, 0.95),
    };
  } catch (error) {
    if (error instanceof Refused && error.code === "search.mode_unavailable") return undefined;
    throw error;
  }
}

async function readCollection(folder: string): Promise<Collection> {
  const read = (file: string) => readFile(join(folder, file), "utf8");
  return parseCollection({
    docs: await read("docs.jsonl"),
    queries: await read("queries.jsonl"),
    qrels: await read("qrels.tsv"),
  });
}

/** Indexes a collection as a desk of its own and evaluates each mode on it. */
async function evaluateCollection(server: BenchServer, folder: string, chosen: Options): Promise<Row[]> {
  const collection = await readCollection(folder);
  const name = basename(resolve(folder));
  const desk = newDeskId();
  const chunks = await fillDesk(server, desk, collection.documents);
  if (!chosen.cold) await trainDesk(server, desk);
  const rows: Row[] = [];
  for (const mode of chosen.mode) {
    const figures = await evaluate(server, desk, collection, mode, chosen);
    if (figures === undefined) console.error(`${name}: the index offers no mode \`${mode}\`.`);
    else rows.push({ collection: name, chunks, ...figures });
  }
  return rows;
}

/** The rows as a table for a Markdown file. */
function markdown(rows: Row[]): string {
  const cells = rows.map((row) => [
    row.collection,
    row.mode,
    String(row.queries),
    String(row.chunks),
    row.ndcg.toFixed(3),
    row.recall.toFixed(3),
    row.mrr.toFixed(3),
    row.p50_ms.toFixed(1),
    row.p95_ms.toFixed(1),
  ]);
  const heads = [
    "Collection",
    "Mode",
    "Queries",
    "Chunks",
    "nDCG@10",
    "Recall@100",
    "MRR",
    "p50 ms",
    "p95 ms",
  ];
  const widths = heads.map((head, at) =>
    Math.max(head.length, ...cells.map((line) => line[at]?.length ?? 0)),
  );
  const isText = (at: number) => at < 2;
  const line = (values: string[]) =>
    `| ${values.map((value, at) => (isText(at) ? value.padEnd(widths[at] ?? 0) : value.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, at) => (isText(at) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(heads), line(rule), ...cells.map(line)].join("\n");
}

await runMain(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      intent: { type: "string" },
      mode: { type: "string" },
      cold: { type: "boolean" },
      json: { type: "boolean" },
    },
  });
  const chosen = options.safeParse(values);
  if (positionals.length === 0 || !chosen.success) throw new Error(USAGE);
  await withWorker({ entry: EVALUATION_WORKER }, async (server) => {
    const rows: Row[] = [];
    for (const folder of positionals) rows.push(...(await evaluateCollection(server, folder, chosen.data)));
    console.log(chosen.data.json ? JSON.stringify(rows, null, 2) : markdown(rows));
  });
});
