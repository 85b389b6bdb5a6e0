import { runMain } from "../scripts/project.ts";
import { newDesk } from "./account.ts";
import { peakDuring } from "./isolate-memory.ts";
import { sendOnce } from "./load.ts";
import { mb } from "./process-stats.ts";
import { EVALUATION_WORKER, fillDesk, queryDesk, trainDesk } from "./search/desk.ts";
import { madeDocuments, madeQueries } from "./search/made-up.ts";
import { percentile } from "./search/metrics.ts";
import { type BenchServer, HEAP_MB, withWorker } from "./server.ts";

const SIZES = [10_000, 100_000];
const WARM_UP = 5;
const TIMED = 200;
const WATCHED = 100;
const DOCUMENTS_AT_ONCE = 10;

/** What is measured of a desk; each but the last by its name. */
interface Figures {
  numbers: Record<string, number>;
  operations: string;
}

const seconds = (started: number): number => (performance.now() - started) / 1000;

/** Fills a desk and trains its topics, then searches it: for the time, then for the memory, each query a new one. */
async function measureDesk(server: BenchServer, size: number): Promise<Figures> {
  const { desk, token } = await newDesk(server);
  const filling = performance.now();
  const chunks = await fillDesk(server, desk, madeDocuments(size), DOCUMENTS_AT_ONCE);
  const fill_s = seconds(filling);
  const training = performance.now();
  const trained = await peakDuring(() => server.isolate.bytes(), trainDesk(server, desk));
  const train_s = seconds(training);
  const queries = madeQueries(WARM_UP + TIMED + WATCHED + 1);
  const next = (count: number) => queries.splice(0, count);
  const request = { desk, mode: "hybrid" as const, intent: "semantic" as const, limit: 10 };
  const [first] = await queryDesk(server, { ...request, queries: next(WARM_UP) });
  const cpu = server.cpuSeconds();
  const timed = await queryDesk(server, { ...request, queries: next(TIMED) });
  const cpu_ms = ((server.cpuSeconds() - cpu) / TIMED) * 1000;
  const { peak } = await peakDuring(
    () => server.isolate.bytes(),
    queryDesk(server, { ...request, queries: next(WATCHED) }),
  );
  const [times, rows] = [timed.map(({ took_ms }) => took_ms), timed.map(({ rows_read }) => rows_read)];
  return {
    numbers: {
      chunks,
      "filling, s": fill_s,
      "training, s": train_s,
      "dimensions of the topics": trained.result,
      "isolate while training at most, MB": Number(mb(trained.peak)),
      "first query, ms": first?.took_ms ?? Number.NaN,
      "query p50, ms": percentile(times, 0.5),
      "query p95, ms": percentile(times, 0.95),
      "CPU per query, ms": cpu_ms,
      "rows read p50": percentile(rows, 0.5),
      "rows read p95": percentile(rows, 0.95),
      "isolate while searching at most, MB": Number(mb(peak)),
    },
    operations: await operationsOf(server, token, next(1)[0] ?? ""),
  };
}

/** What one search costs over the API, once the caller's log-in is known to the isolate. */
async function operationsOf(server: BenchServer, token: string, query: string): Promise<string> {
  const call = { name: "search", method: "POST", path: "/v1/search", token } as const;
  await sendOnce(server.url, { ...call, body: JSON.stringify({ query: `${query} again` }) });
  return (await sendOnce(server.url, { ...call, body: JSON.stringify({ query }) })).cost;
}

function tell(figures: Figures[]): void {
  const names = Object.keys(figures[0]?.numbers ?? {});
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const values = figures.map(({ numbers }) => numbers[name] ?? Number.NaN);
    const [smallest = Number.NaN, largest = Number.NaN] = [values[0], values.at(-1)];
    const shown = values.map((value) =>
      value.toLocaleString("en", { maximumFractionDigits: 1 }).padStart(11),
    );
    const ratio = values.length > 1 ? `  × ${(largest / smallest).toFixed(1)}` : "";
    console.log(`${name.padEnd(width)}${shown.join("")}${ratio}`);
  }
  console.log(
    `one search over the API: ${[...new Set(figures.map(({ operations }) => operations))].join(" | ")}`,
  );
}

/** Each size in a Worker of its own, so that its memory is that of one desk. */
await runMain(async () => {
  const named = process.argv.slice(2).map(Number);
  const sizes = named.length > 0 ? named : SIZES;
  if (sizes.some((size) => !Number.isInteger(size) || size < 1))
    throw new Error("npm run bench:search [-- <chunks> …]");
  const figures: Figures[] = [];
  for (const size of sizes)
    await withWorker({ entry: EVALUATION_WORKER, max_heap_mb: HEAP_MB }, async (server) => {
      figures.push(await measureDesk(server, size));
    });
  console.log(
    `V8's heap was capped at ${HEAP_MB} MB. ${TIMED} hybrid queries of 2 to 6 words, one after another.\n`,
  );
  tell(figures);
});
