import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { DIST, installed, runMain, TOOL_ENV } from "./project.ts";

const report = z.object({
  totals: z.object({ errors: z.number(), warnings: z.number(), ignored: z.number() }),
  problems: z.array(
    z.object({
      ruleId: z.string(),
      severity: z.string(),
      message: z.string(),
      location: z.array(z.object({ pointer: z.string().optional() })),
    }),
  ),
});

/** Lints dist/openapi.json by Redocly's recommended rules. A warning fails it too, and so does an ignored problem. */
await runMain(async () => {
  const args = ["lint", "--extends", "recommended", "--format", "json", join(DIST, "openapi.json")];
  const { stderr, stdout } = spawnSync(installed("redocly"), args, { encoding: "utf8", env: TOOL_ENV });
  if (!stdout.startsWith("{")) throw new Error(`redocly said:\n${stdout}${stderr}`);
  const { problems, totals } = report.parse(JSON.parse(stdout));
  for (const { location, message, ruleId, severity } of problems) {
    console.error(`${severity}  ${ruleId}  ${message}\n       ${location[0]?.pointer ?? ""}`);
  }
  const found = `${totals.errors} errors, ${totals.warnings} warnings, ${totals.ignored} ignored`;
  if (totals.errors + totals.warnings + totals.ignored > 0) throw new Error(`The contract has ${found}.`);
  console.log(`The contract lints: ${found}`);
});
