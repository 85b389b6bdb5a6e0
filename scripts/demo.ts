import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { type Chunk, Client, type Hit, type Locator } from "./client.ts";
import { ProgressBar } from "./progress-bar.ts";
import { runMain } from "./project.ts";
import { newAccount, SAMPLE_NAME, SAMPLE_PAGE, SAMPLE_QUERY, sampleFile } from "./sample.ts";
import { isReady, startTemporaryServer, stopOnSignal } from "./server.ts";
import { watchJob } from "./watch-job.ts";

const DEFAULT_URL = "http://127.0.0.1:8787";
const MIN_PHRASE = 30;

interface Question {
  query: string;
  /** The unit that the passage must come back with, where it is known. */
  place?: Partial<Locator>;
}

function options() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { query: { type: "string" }, url: { type: "string" } },
  });
  return { path: positionals[0], ...values };
}

/** The server to talk to: the one named, else the one that runs, else a temporary one of our own. */
async function serverFor(url: string | undefined): Promise<string> {
  const named = url ?? DEFAULT_URL;
  if (await isReady(named)) return named;
  if (url !== undefined) throw new Error(`No Bourse answers at ${url}.`);
  console.log("No server is running, so this starts one of its own.");
  const starting = startTemporaryServer((step) => console.log(`${step} …`));
  stop = async () => (await starting).stop();
  return (await starting).url;
}
let stop = async () => {};

/** Uploads the file and shows its ingestion until it has ended; the document's id if it ended well. */
async function ingest(client: Client, file: Blob, name: string): Promise<string> {
  const started = performance.now();
  const document = await client.upload(file, name);
  console.log(`Sent ${name} (${file.size.toLocaleString("en")} bytes) as ${document.id}`);
  if (!document.job) throw new Error("The upload came back without a job.");
  const bar = new ProgressBar();
  const job = await watchJob(client, document.job.id, ({ progress }) =>
    bar.show(progress.fraction, progress.phase, progress.message),
  );
  bar.end();
  if (job.status !== "succeeded") {
    const { code, message } = job.error ?? { code: job.status, message: "The job ended without a result." };
    throw new Error(`The document could not be read. ${code}: ${message}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { chunk_count } = await client.document(document.id);
  console.log(
    `Uploaded and read in ${seconds} s: ${chunk_count} passages, ${job.seq} events without a hole\n`,
  );
  return document.id;
}

/** A phrase of up to twelve words out of the longest sentence of a passage. */
function phraseOf(text: string): string {
  const sentences = text.split(/(?<=[.!?。])\s+/).sort((one, other) => other.length - one.length);
  const words = (sentences[0] ?? text).match(/[\p{L}\p{N}'’-]+/gu) ?? [];
  return words.slice(0, 12).join(" ").slice(0, 120);
}

/** The first passage from the middle of the document on that has enough to ask for. */
async function middleChunk(client: Client, id: string): Promise<Chunk> {
  const { chunk_count } = await client.document(id);
  const middle = Math.floor((chunk_count ?? 0) / 2);
  let last: Chunk | undefined;
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await client.chunks(id, cursor);
    for (const chunk of page.data) {
      last = chunk;
      if (chunk.index >= middle && phraseOf(chunk.text).length >= MIN_PHRASE) return chunk;
    }
    more = page.next_cursor !== null;
    cursor = page.next_cursor ?? undefined;
  }
  if (last === undefined) throw new Error("The document has no passage.");
  return last;
}

async function questionFor(
  client: Client,
  id: string,
  query: string | undefined,
  sample: boolean,
): Promise<Question> {
  if (query !== undefined) return { query };
  if (sample) return { query: SAMPLE_QUERY, place: { page: SAMPLE_PAGE } };
  const { locator, text } = await middleChunk(client, id);
  const { start: _start, end: _end, ...place } = locator;
  return { query: phraseOf(text), place };
}

function nameOf({ cell, chapter, heading, page, start, end }: Locator): string {
  const place = [
    page === undefined ? "" : `page ${page}`,
    chapter === undefined ? "" : `chapter ${chapter}`,
    cell === undefined ? "" : `cell ${cell}`,
    heading === undefined ? "" : `“${heading}”`,
  ];
  return `${place.filter((part) => part !== "").join(", ")}, characters ${start} to ${end}`;
}

/** The text on one line, with its highlights between marks. */
function marked({ highlights, text }: Hit): string {
  const [open, close] = process.stdout.isTTY ? ["\u001b[1;33m", "\u001b[0m"] : ["»", "«"];
  let out = "";
  let at = 0;
  for (const { start, end } of highlights) {
    out += `${text.slice(at, start)}${open}${text.slice(start, end)}${close}`;
    at = end;
  }
  return (out + text.slice(at)).replace(/\s+/g, " ");
}

function stands(hit: Hit, place: Partial<Locator>): boolean {
  const { page, chapter, cell, heading } = hit.locator;
  const here: Partial<Locator> = { page, chapter, cell, heading };
  return Object.entries(place).every(([unit, value]) =>
    Object.entries(here).some(([n, v]) => n === unit && v === value),
  );
}

async function ask(client: Client, id: string, { place, query }: Question): Promise<void> {
  const { results, took_ms, total } = await client.search(query, [id]);
  console.log(`Searched for “${query}”: ${total} hits in ${took_ms} ms\n`);
  for (const hit of results) {
    console.log(`${hit.score.toFixed(3)}  ${hit.title}, ${nameOf(hit.locator)}\n       ${marked(hit)}\n`);
  }
  if (results.length === 0) throw new Error("Nothing was found.");
  if (place === undefined) return;
  if (!results.some((hit) => stands(hit, place))) {
    throw new Error(`The passage did not come back with its place, ${JSON.stringify(place)}.`);
  }
  console.log(`The passage came back with its place: ${JSON.stringify(place)}`);
}

await runMain(async () => {
  const { path, query, url } = options();
  stopOnSignal(() => stop());
  try {
    const client = new Client(await serverFor(url));
    const account = newAccount();
    await client.register(account);
    await client.logIn(account);
    console.log(`Registered ${account.email} at ${client.url}`);
    const file = path === undefined ? await sampleFile() : await openAsBlob(path);
    const id = await ingest(client, file, path === undefined ? SAMPLE_NAME : basename(path));
    await ask(client, id, await questionFor(client, id, query, path === undefined));
  } finally {
    await stop();
  }
});

// The runtime keeps the connection of a closed socket for ten more seconds; nobody should wait for that.
process.exit();
