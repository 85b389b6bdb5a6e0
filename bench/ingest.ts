import { spawnSync } from "node:child_process";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { Client } from "../scripts/client.ts";
import { inProject, runMain, textOf } from "../scripts/project.ts";
import { newAccount, SAMPLE_NAME, sampleFile } from "../scripts/sample.ts";
import { watchJob } from "../scripts/watch-job.ts";
import { peakDuring } from "./isolate-memory.ts";
import { mb } from "./process-stats.ts";
import { type BenchServer, HEAP_MB, withWorker } from "./server.ts";

/** A book of 675 pages, where the desk's test data lies beside the project. */
const BOOK = inProject("..", "shared", "data", "documents", "pari-users.pdf");

const read = z.object({
  unit_count: z.number(),
  chunk_count: z.number(),
  status: z.string(),
});

interface Input {
  name: string;
  path: string;
}

async function inputOf(folder: string, named: string | undefined): Promise<Input> {
  const path = named ?? ((await textOf(BOOK)) === undefined ? undefined : BOOK);
  if (path !== undefined) return { path, name: basename(path) };
  const sample = join(folder, SAMPLE_NAME);
  await writeFile(sample, await (await sampleFile()).bytes());
  return { path: sample, name: SAMPLE_NAME };
}

/** Poppler's wall and CPU seconds for the same work, or undefined where it is not installed. */
function pdftotext(path: string): { seconds: number } | undefined {
  const started = performance.now();
  const { error, status } = spawnSync("pdftotext", [path, "-"], { stdio: ["ignore", "ignore", "ignore"] });
  if (error !== undefined || status !== 0) return undefined;
  return { seconds: (performance.now() - started) / 1000 };
}

async function ingest(server: BenchServer, { name, path }: Input): Promise<number> {
  const client = new Client(server.url);
  const account = newAccount();
  await client.register(account);
  await client.logIn(account);
  const idle = { isolate: await server.isolate.bytes(), process: server.memory().rss_bytes };
  server.resetPeak();
  const cpu = server.cpuSeconds();
  const started = performance.now();
  const { id, job } = await client.upload(await openAsBlob(path), name);
  if (!job) throw new Error("The upload came back without a job.");
  const { peak, result } = await peakDuring(
    () => server.isolate.bytes(),
    watchJob(client, job.id, () => {}),
  );
  const { error, status } = result;
  const seconds = (performance.now() - started) / 1000;
  if (status !== "succeeded") throw new Error(`The job ended as ${status}: ${error?.code} ${error?.message}`);
  const cpu_seconds = server.cpuSeconds() - cpu;
  const { chunk_count, unit_count } = read.parse(
    await (await client.call("GET", `/v1/documents/${id}`)).json(),
  );
  const { peak_bytes } = server.memory();
  console.log(`${name}: ${unit_count} pages, ${chunk_count} chunks`);
  console.log(
    `  Bourse     ${rate(unit_count, seconds)} pages a second, ${seconds.toFixed(1)} s from upload to end`,
  );
  console.log(
    `             ${rate(unit_count, cpu_seconds)} pages a CPU second of workerd, ${cpu_seconds.toFixed(1)} s`,
  );
  console.log(`             the Worker held ${mb(peak)} MB at most, ${mb(idle.isolate)} MB when idle`);
  console.log(
    `             workerd took ${mb(peak_bytes - idle.process)} MB above its idle ${mb(idle.process)} MB`,
  );
  return unit_count;
}

const rate = (pages: number, seconds: number): string => (pages / seconds).toFixed(0).padStart(5);

await runMain(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { heap: { type: "boolean" } },
  });
  const folder = await mkdtemp(join(tmpdir(), "bourse-bench-file-"));
  try {
    const input = await inputOf(folder, positionals[0]);
    let pages = 0;
    if (values.heap)
      console.log(`V8's heap is capped at ${HEAP_MB} MB; a Worker that needs more would crash here.`);
    await withWorker(values.heap ? { max_heap_mb: HEAP_MB } : {}, async (server) => {
      pages = await ingest(server, input);
    });
    const poppler = pdftotext(input.path);
    if (poppler === undefined) console.log("  pdftotext  is not installed, or could not read it");
    else
      console.log(
        `  pdftotext  ${rate(pages, poppler.seconds)} pages a second, ${poppler.seconds.toFixed(1)} s`,
      );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
