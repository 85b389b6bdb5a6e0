import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { installed, runMain } from "./project.ts";

/** Sends jobs and a batch through the storms of test/chaos: `npm run test:chaos -- --jobs 1000 --items 500 --seed 7`. */
await runMain(async () => {
  const { values } = parseArgs({
    options: {
      jobs: { type: "string", default: "10000" },
      items: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
    },
  });
  const { items: CHAOS_ITEMS, jobs: CHAOS_JOBS, seed: CHAOS_SEED } = values;
  const env = { ...process.env, CHAOS_ITEMS, CHAOS_JOBS, CHAOS_SEED };
  const child = spawn(installed("vitest"), ["run", "test/chaos", "--silent=false"], {
    env,
    stdio: "inherit",
  });
  process.exitCode = await new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
});
