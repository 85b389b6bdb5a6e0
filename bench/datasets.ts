import { z } from "zod";
import { Client } from "../scripts/client.ts";
import { runMain } from "../scripts/project.ts";
import { newAccount } from "../scripts/sample.ts";
import { peakDuring } from "./isolate-memory.ts";
import { mb } from "./process-stats.ts";
import { type BenchServer, withWorker } from "./server.ts";

/** As many bars as a file may have; `npm run bench:datasets -- 100000` takes fewer. */
const ROWS = Number(process.argv[2] ?? 500_000);
const START = Date.UTC(2023, 0, 2);
/** A request has 30 s of CPU in production; a busy machine there may be three times slower than this one. */
const ALLOWED_CPU_S = 10;

const kept = z.object({
  id: z.string(),
  bars: z.int(),
  size_bytes: z.int(),
  report: z.object({ errors: z.int() }),
});
const page = z.object({ data: z.array(z.object({ close: z.number() })) });

/** Minutes around the clock of a price that wanders by whole cents, as a CSV of about 25 MB. */
function minutes(rows: number): Blob {
  const lines = ["time,open,high,low,close,volume\n"];
  let price = 10_000;
  for (let row = 0; row < rows; row += 1) {
    const time = new Date(START + row * 60_000).toISOString().slice(0, 16);
    const close = Math.max(1_000, price + (((row * 2_654_435_761) >>> 16) % 21) - 10);
    const [high, low] = [Math.max(price, close) + 3, Math.min(price, close) - 2];
    const written = [price, high, low, close].map((cents) => (cents / 100).toFixed(2));
    lines.push(`${time},${written.join(",")},${100 + (row % 900)}\n`);
    price = close;
  }
  return new Blob([lines.join("")]); // of one part, or each line would be sent as a chunk of its own
}

async function asked(server: BenchServer, token: string, path: string, form?: FormData): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const request = form === undefined ? { headers } : { method: "POST", headers, body: form };
  const answer = await fetch(`${server.url}${path}`, request);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text;
}

async function timed(
  server: BenchServer,
  what: string,
  work: () => Promise<string>,
): Promise<{ text: string; cpu_s: number }> {
  const before = server.cpuSeconds();
  const text = await work();
  const cpu_s = server.cpuSeconds() - before;
  console.log(`${what.padEnd(16)}${cpu_s.toFixed(2).padStart(6)} s of workerd's CPU`);
  return { text, cpu_s };
}

/** The largest upload of bars, as a look and as a data set, a page of it read back, and what the isolate holds meanwhile. */
await runMain(async () => {
  const file = minutes(ROWS);
  console.log(`${ROWS.toLocaleString("en")} minutes as ${mb(file.size)} MB of CSV`);
  await withWorker({}, async (server) => {
    const client = new Client(server.url);
    const account = newAccount();
    await client.register(account);
    const token = await client.logIn(account);
    const upload = (fields: Record<string, string>) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set("file", file, "minutes.csv");
      return asked(server, token, "/v1/datasets", form);
    };
    const idle = await server.isolate.bytes();
    await timed(server, "dry run", () => upload({ dry_run: "true" }));
    const { cpu_s, text } = await timed(server, "upload", () => upload({}));
    const { bars, id, report, size_bytes } = kept.parse(JSON.parse(text));
    if (bars !== ROWS || report.errors > 0) throw new Error(`It read ${bars} bars, ${report.errors} errors.`);
    const middle = new Date(START + Math.floor(ROWS / 2) * 60_000).toISOString();
    const path = `/v1/datasets/${id}/bars?limit=100&from=${middle}`;
    const read = await timed(server, "100 bars of it", () => asked(server, token, path));
    if (page.parse(JSON.parse(read.text)).data.length !== 100) throw new Error("The page is not whole.");
    // Asking for the memory slows the isolate down, so it is another upload.
    const { peak } = await peakDuring(() => server.isolate.bytes(), upload({ symbol: "AGAIN" }));
    console.log(`Isolate: ${mb(peak - idle)} MB at most above the idle ${mb(idle)} MB, garbage included`);
    console.log(`Kept as ${mb(size_bytes)} MB.`);
    if (cpu_s > ALLOWED_CPU_S) throw new Error(`More than ${ALLOWED_CPU_S} s of CPU.`);
  });
});
