import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type KeyRing, openKeys } from "../src/modules/audit/heads.ts";
import { type ExportReport, verifyExport } from "../src/modules/audit/verify-export.ts";
import { runMain } from "./project.ts";

const USAGE = `npm run audit:verify -- <export.ndjson> [--keys keys.json] [--head head.jws]

  --keys  the deployment's /.well-known/audit-keys.json, had from the deployment and not from whoever gave the export
  --head  a signed head that was kept elsewhere: \`head.signature\` of GET /v1/audit/verify, or R2's audit/<desk>/head.jws`;

const SHOWN = 50;
const keysFile = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        kid: z.string().min(1),
        x: z.string().min(1),
      }),
    )
    .min(1),
});

/** Verifies an export of the audit log, offline. Ends with 1 where anything is wrong with it. */
await runMain(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { keys: { type: "string" }, head: { type: "string" } },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new Error(USAGE);
  const keys = values.keys === undefined ? undefined : await keysOf(values.keys);
  const head = values.head === undefined ? undefined : (await readFile(values.head, "utf8")).trim();
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  const report = await verifyExport(lines, { keys, head });
  tell(path, report);
  if (report.findings.length > 0) process.exitCode = 1;
});

async function keysOf(path: string): Promise<KeyRing> {
  const parsed = keysFile.safeParse(jsonOf(await readFile(path, "utf8")));
  if (!parsed.success)
    throw new Error(`${path} is no document of audit keys: { "keys": [{ "kty": "OKP", … }] }.`);
  return await openKeys(parsed.data.keys);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tell(path: string, { desk, findings, head, rows, unproven }: ExportReport): void {
  console.log(`${path}: ${rows} rows of ${desk ?? "no desk"}`);
  if (head !== undefined) {
    console.log(`It ends at row ${head.seq} as of ${new Date(head.at).toISOString()}, hash ${head.hash}`);
  }
  for (const { code, message } of findings.slice(0, SHOWN)) console.log(`  ${code.padEnd(13)}  ${message}`);
  if (findings.length > SHOWN) console.log(`  and ${findings.length - SHOWN} more`);
  const count = `${findings.length} ${findings.length === 1 ? "finding" : "findings"}`;
  console.log(findings.length === 0 ? "\nNothing wrong was found." : `\n${count}: do not trust it.`);
  for (const sentence of unproven) console.log(`Not proven. ${sentence}`);
}
