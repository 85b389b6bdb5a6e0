import { z } from "zod";
import { runMain } from "../scripts/project.ts";
import { type Desk, newDesk } from "./account.ts";
import { fillDocuments, fillIndex, word } from "./fill.ts";
import { type Call, measure, sendOnce, table } from "./load.ts";
import { type BenchServer, withWorker } from "./server.ts";

const FEW = 100;
const MANY = 10_000;
const PAGES = 4;
const list = z.object({ next_cursor: z.string() });

async function deskOf(server: BenchServer, documents: number): Promise<Desk> {
  const desk = await newDesk(server);
  await fillDocuments(server, desk, documents);
  return desk;
}

const listOf = (token: string, documents: number, query = ""): Call => ({
  name: `GET /v1/documents${query}, ${documents.toLocaleString("en")} documents`,
  method: "GET",
  path: `/v1/documents${query}`,
  token,
});

const rowsIn = (cost: string): number => Number(/d1_rows_read=(\d+)/.exec(cost)?.[1] ?? 0);

/** The rows that each of the first pages reads, once the caller's log-in is known to the isolate. */
async function rowsOfPages(server: BenchServer, token: string, query: string): Promise<number[]> {
  await sendOnce(server.url, listOf(token, 0, query));
  const rows: number[] = [];
  for (let cursor = ""; rows.length < PAGES; ) {
    const page = listOf(token, 0, `${query}${cursor}`);
    const [{ cost, text }, again] = [await sendOnce(server.url, page), await sendOnce(server.url, page)];
    // One of the two may have read the feed of changed standings, as one call a second does.
    rows.push(Math.min(rowsIn(cost), rowsIn(again.cost)));
    cursor = `&cursor=${list.parse(JSON.parse(text)).next_cursor}`;
  }
  return rows;
}

/** A page costs the same on a small desk and a large one, and the fourth one the same as the second. */
async function compareRows(server: BenchServer, few: Desk, many: Desk): Promise<void> {
  console.log(
    `\nD1 rows read by pages 1 to ${PAGES}, among ${FEW} and among ${MANY.toLocaleString("en")} documents`,
  );
  for (const query of ["?limit=20", "?limit=20&tag=risk", "?limit=20&q=paper", "?limit=20&sort=title"]) {
    const small = await rowsOfPages(server, few.token, query);
    const large = await rowsOfPages(server, many.token, query);
    const same = small.join() === large.join() && large[1] === large.at(-1);
    const verdict = same ? "equal" : "NOT EQUAL";
    console.log(`  ${query.padEnd(22)} ${small.join(" ")} | ${large.join(" ")}  ${verdict}`);
    if (!same) process.exitCode = 1;
  }
}

await runMain(async () => {
  await withWorker({}, async (server) => {
    const few = await deskOf(server, FEW);
    const many = await deskOf(server, MANY);
    const reader = await newDesk(server);
    const chunks = await fillIndex(reader.client, MANY);
    const search = JSON.stringify({ query: `${word(700)} ${word(90)} ${word(1500)}`, limit: 10 });
    const figures = [];
    for (const call of [
      { name: "GET /livez", method: "GET", path: "/livez" },
      { name: "GET /v1/health", method: "GET", path: "/v1/health" },
      { name: "GET /v1/me", method: "GET", path: "/v1/me", token: few.token },
      listOf(few.token, FEW),
      listOf(many.token, MANY),
      {
        name: `POST /v1/search, ${chunks.toLocaleString("en")} chunks`,
        method: "POST",
        path: "/v1/search",
        body: search,
        token: reader.token,
      },
    ] satisfies Call[]) {
      figures.push(await measure(server, call));
    }
    console.log(table(figures));
    await compareRows(server, few, many);
  });
});
