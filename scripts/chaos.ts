import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { installed, runMain } from "./project.ts";

/** Sends jobs through the storm of test/chaos and prints what was struck: `npm run test:chaos -- --jobs 1000 --seed 7`. */
await runMain(async () => {
  const { values } = parseArgs({
    options: { jobs: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
  });
  const env = { ...process.env, CHAOS_JOBS: values.jobs, CHAOS_SEED: values.seed };
  const child = spawn(installed("vitest"), ["run", "test/chaos", "--silent=false"], {
    env,
    stdio: "inherit",
  });
  process.exitCode = await new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
});
