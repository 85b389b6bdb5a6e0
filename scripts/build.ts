import { join } from "node:path";
import { runQuietly } from "./process-group.ts";
import { DIST, installed, runMain } from "./project.ts";

/** `--env=` is the top level of wrangler.toml, which is what runs on a laptop. */
const ENVIRONMENTS = { local: "--env=", staging: "--env=staging", production: "--env=production" };

/** Bundles the Worker for every environment, as a deployment would, and says how large it is. */
await runMain(async () => {
  for (const [name, env] of Object.entries(ENVIRONMENTS)) {
    const args = ["deploy", "--dry-run", "--minify", env, "--outdir", join(DIST, "worker", name)];
    const output = await runQuietly(installed("wrangler"), args);
    console.log(`${name.padEnd(12)}${/^Total Upload:.*$/m.exec(output)?.[0] ?? "bundled"}`);
  }
});
