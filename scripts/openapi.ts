import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";
import { withWorker } from "../bench/server.ts";
import { DIST, inProject, runMain } from "./project.ts";

const productionVars = z.object({ PUBLIC_ORIGIN: z.url() });

/** Writes the OpenAPI document as the Worker itself serves it; the server that it names is production's. */
await runMain(async () => {
  const { vars } = unstable_readConfig({ config: inProject("wrangler.toml"), env: "production" });
  await withWorker({ vars: productionVars.parse(vars) }, async ({ url }) => {
    const answer = await fetch(`${url}/openapi.json`);
    if (!answer.ok) throw new Error(`The Worker answered ${answer.status} to /openapi.json.`);
    await writeFile(join(DIST, "openapi.json"), await answer.text());
    console.log("Wrote dist/openapi.json");
  });
});
