import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { Client } from "../scripts/client.ts";
import { runMain } from "../scripts/project.ts";
import { newAccount } from "../scripts/sample.ts";
import { newSecrets } from "../scripts/secrets.ts";
import { peakDuring } from "./isolate-memory.ts";
import { mb } from "./process-stats.ts";
import { type BenchServer, HEAP_MB, startWorker, withWorker } from "./server.ts";

const TRIALS = 100_000;
/** The Worker is killed once so much of the search is done. */
const KILLED_AT = 0.3;
const BARS = 2_148;
const POLL_MS = 100;

const SEARCH = {
  ...{ strategy: "macd_signal", side: "both", method: "random", trials: TRIALS, seed: 7 },
  space: {
    fast: { min: 5, max: 30, step: 1 },
    slow: { min: 15, max: 80, step: 1 },
    signal: { min: 3, max: 20, step: 1 },
    stop_atr: { min: 0, max: 6, step: 0.5 },
  },
};

const made = z.object({ id: z.string() });
const started = z.object({ id: z.string(), links: z.object({ result: z.string() }) });
const job = z.object({
  status: z.string(),
  seq: z.int(),
  progress: z.object({ fraction: z.number(), counters: z.record(z.string(), z.number()) }),
});
const found = z.object({
  trials_run: z.int(),
  best: z.unknown(),
  overfitting: z.unknown(),
  report: z.unknown(),
});

interface Search {
  client: Client;
  account: ReturnType<typeof newAccount>;
  job: string;
  result: string;
}

async function newSearch({ url }: BenchServer): Promise<Search> {
  const client = new Client(url);
  const account = newAccount();
  await client.register(account);
  await client.logIn(account);
  const json = { name: "Sample", symbols: ["ALPHA"], bars: BARS, seed: 7 };
  const dataset = made.parse(
    await (await client.call("POST", "/v1/datasets/sample", JSON.stringify(json))).json(),
  );
  const body = JSON.stringify({ dataset_id: dataset.id, ...SEARCH });
  const { id, links } = started.parse(await (await client.call("POST", "/v1/optimizations", body)).json());
  return { client, account, job: id, result: links.result };
}

/** The job once it has ended, or once so much of it is done. */
async function watch(
  { client, job: id }: Search,
  until = Number.POSITIVE_INFINITY,
): Promise<z.infer<typeof job>> {
  for (;;) {
    const now = job.parse(await (await client.call("GET", `/v1/jobs/${id}`)).json());
    if (!["queued", "running"].includes(now.status) || now.progress.fraction >= until) return now;
    await pause(POLL_MS);
  }
}

const resultOf = async ({ client, result }: Search): Promise<z.infer<typeof found>> =>
  found.parse(await (await client.call("GET", result)).json());

async function unkilled(): Promise<z.infer<typeof found>> {
  let answer: z.infer<typeof found> | undefined;
  await withWorker({ max_heap_mb: HEAP_MB }, async (server) => {
    const search = await newSearch(server);
    const [before, begun] = [server.cpuSeconds(), performance.now()];
    const { peak, result: end } = await peakDuring(() => server.isolate.bytes(), watch(search));
    const [cpu_s, wall_s] = [server.cpuSeconds() - before, (performance.now() - begun) / 1000];
    answer = await resultOf(search);
    console.log(
      `${answer.trials_run.toLocaleString("en")} trials over ${BARS} bars: ${end.status} in ${wall_s.toFixed(1)} s, ${cpu_s.toFixed(1)} s of CPU, ${end.seq} events, isolate at most ${mb(peak)} MB`,
    );
  });
  if (answer === undefined) throw new Error("the search did not end");
  return answer;
}

/** The same with the Worker killed under it, and another one started on what that had kept. */
async function killed(): Promise<z.infer<typeof found>> {
  const data = await mkdtemp(join(tmpdir(), "bourse-bench-"));
  const options = { data, vars: { ...newSecrets(), JOB_LEASE_MS: "3000" } };
  try {
    const first = await startWorker(options);
    const search = await newSearch(first);
    const { progress } = await watch(search, KILLED_AT);
    await first.stop();
    console.log(`killed after ${progress.counters.trials?.toLocaleString("en")} trials`);
    const second = await startWorker(options);
    try {
      const resumed = { ...search, client: new Client(second.url) };
      await resumed.client.logIn(search.account);
      const end = await watch(resumed);
      console.log(`and another Worker: ${end.status}`);
      return await resultOf(resumed);
    } finally {
      await second.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

await runMain(async () => {
  const [whole, resumed] = [await unkilled(), await killed()];
  const isSame = isDeepStrictEqual(resumed, whole);
  console.log(isSame ? "Both ended with the same answer." : "THE ANSWERS DIFFER.");
  if (!isSame) process.exitCode = 1;
});
