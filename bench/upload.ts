import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { Readable } from "node:stream";
import { Client } from "../scripts/client.ts";
import { runMain } from "../scripts/project.ts";
import { newAccount } from "../scripts/sample.ts";
import { peakDuring } from "./isolate-memory.ts";
import { mb } from "./process-stats.ts";
import { withWorker } from "./server.ts";

const SIZE = 100 * 1024 * 1024;
const PIECE = 256 * 1024;
const ALLOWED_BYTES = 64_000_000;

const BOUNDARY = "bourse-bench";
const HEAD = Buffer.from(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.pdf"\r\n` +
    "Content-Type: application/pdf\r\n\r\n%PDF-1.7\n",
);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
const FILE_HEAD_BYTES = "%PDF-1.7\n".length;

/** 100 MB that begin like a PDF, made as they are sent so that this process holds none of them. */
function* body(): Generator<Buffer> {
  yield HEAD;
  const piece = randomBytes(PIECE);
  for (let left = SIZE - FILE_HEAD_BYTES, number = 0; left > 0; left -= PIECE, number += 1) {
    piece.writeUInt32LE(number);
    yield Buffer.from(piece.subarray(0, Math.min(PIECE, left)));
  }
  yield TAIL;
}

function upload(url: string, token: string): Promise<{ status: number; text: string }> {
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
    "content-length": SIZE - FILE_HEAD_BYTES + HEAD.length + TAIL.length,
  };
  return new Promise((resolve, reject) => {
    const call = request(`${url}/v1/documents`, { method: "POST", headers }, async (answer) => {
      const parts = await answer.toArray();
      resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() });
    });
    call.on("error", reject);
    Readable.from(body()).pipe(call);
  });
}

await runMain(async () => {
  await withWorker({}, async (server) => {
    const client = new Client(server.url);
    const account = newAccount();
    await client.register(account);
    const token = await client.logIn(account);
    const idle = { isolate: await server.isolate.bytes(), process: server.memory().rss_bytes };
    server.resetPeak();
    const cpu = server.cpuSeconds();
    const started = performance.now();
    const { peak, result } = await peakDuring(() => server.isolate.bytes(), upload(server.url, token));
    const seconds = (performance.now() - started) / 1000;
    if (result.status !== 202) throw new Error(`The upload was refused: ${result.status} ${result.text}`);
    const above = peak - idle.isolate;
    const process_above = server.memory().peak_bytes - idle.process;
    console.log(
      `100 MB in ${seconds.toFixed(1)} s, ${(server.cpuSeconds() - cpu).toFixed(1)} s of workerd's CPU`,
    );
    console.log(
      `Worker   ${mb(above)} MB at most above the idle ${mb(idle.isolate)} MB; ${mb(ALLOWED_BYTES)} MB are allowed`,
    );
    console.log(
      `workerd  ${mb(process_above)} MB at most above the idle ${mb(idle.process)} MB, the local R2 and D1 included`,
    );
    if (above > ALLOWED_BYTES)
      throw new Error("That is too much: the file, or garbage of its size, is held.");
  });
});
