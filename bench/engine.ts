import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { inProject, runMain } from "../scripts/project.ts";
import { evaluationsAnswer, INDICATORS, type Indicator, indicatorAnswer } from "./engine/protocol.ts";
import { tellRegrets, tellSpeed } from "./engine/samplers.ts";
import { type BenchServer, withWorker } from "./server.ts";

const WORKER = "bench/engine/worker.ts";
const ROUNDS = 10;
/** Enough to be of use and few enough that prices stay exact as ticks, as those of real series do. */
const BARS = 10_000;
const KERNEL_ROUNDS = 20_000;
/** TA-Lib's C, ns a bar, and complete evaluations a second of others on one core; see README.md. */
const TA_LIB: Record<Indicator, number> = { SMA: 2.8, EMA: 4.1, RSI: 12, ATR: 11, Bollinger: 11, MACD: 30 };
const TARGET = 60_000;

async function post<T>({ url }: BenchServer, path: string, schema: z.ZodType<T>, body: object): Promise<T> {
  const answer = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return schema.parse(await answer.json());
}

/** CPU seconds of the server that the work took. */
async function timed<T>(server: BenchServer, work: () => Promise<T>): Promise<{ result: T; cpu_s: number }> {
  const before = server.cpuSeconds();
  const result = await work();
  return { result, cpu_s: server.cpuSeconds() - before };
}

async function tellEvaluations(server: BenchServer): Promise<void> {
  const file = inProject("../shared/data/GOOG.csv");
  const csv = existsSync(file) ? readFileSync(file, "utf8") : null;
  const run = (rounds: number) => post(server, "/bench/evaluations", evaluationsAnswer, { csv, rounds });
  await run(1);
  const { cpu_s, result } = await timed(server, () => run(ROUNDS));
  const each = result.evaluations / cpu_s;
  const of = csv === null ? "sample bars" : "GOOG";
  console.log(
    `SMA cross on ${result.bars} daily bars (${of}): ${Math.round(each).toLocaleString("en")} complete evaluations per CPU second, × ${(each / TARGET).toFixed(2)} of the target`,
  );
}

async function tellIndicators(server: BenchServer): Promise<void> {
  console.log(`\nns a bar, ${BARS.toLocaleString("en")} bars      here    TA-Lib`);
  for (const name of INDICATORS) {
    const run = (rounds: number) =>
      post(server, "/bench/indicator", indicatorAnswer, { name, bars: BARS, rounds });
    await run(500);
    const { cpu_s } = await timed(server, () => run(KERNEL_ROUNDS));
    const { cpu_s: rest } = await timed(server, () => run(1));
    const each = ((cpu_s - rest) / (KERNEL_ROUNDS - 1) / BARS) * 1e9;
    console.log(
      `${name.padEnd(24)}${each.toFixed(1).padStart(8)}${TA_LIB[name].toFixed(1).padStart(10)}  × ${(each / TA_LIB[name]).toFixed(2)}`,
    );
  }
}

/** The engine and its indicators inside workerd, then the samplers of searches. */
await runMain(async () => {
  await withWorker({ entry: WORKER }, async (server) => {
    await tellEvaluations(server);
    await tellIndicators(server);
  });
  tellSpeed();
  console.log("");
  tellRegrets();
  // No choice in the samplers was made on these seeds, so that they tell what was fitted to the first ones.
  tellRegrets(20_001, 30);
});
