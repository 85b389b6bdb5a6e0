import { z } from "zod";
import { Client } from "../scripts/client.ts";
import { runMain } from "../scripts/project.ts";
import { newAccount } from "../scripts/sample.ts";
import { fillDocuments, fillIndex, word } from "./fill.ts";
import { type Call, measure, sendOnce, table } from "./load.ts";
import { type BenchServer, withWorker } from "./server.ts";

const FEW = 100;
const MANY = 10_000;
const me = z.object({ user: z.object({ id: z.string() }), desk: z.object({ id: z.string() }) });
const list = z.object({ next_cursor: z.string() });

interface Desk {
  client: Client;
  token: string;
  desk: string;
  user: string;
}

async function newDesk(server: BenchServer): Promise<Desk> {
  const client = new Client(server.url);
  const account = newAccount();
  await client.register(account);
  const token = await client.logIn(account);
  const { desk, user } = me.parse(await (await client.call("GET", "/v1/me")).json());
  return { client, token, desk: desk.id, user: user.id };
}

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

const rowsRead = (cost: string): number => Number(/d1_rows_read=(\d+)/.exec(cost)?.[1] ?? 0);

/** A page costs the same on a small desk and a large one: in front, behind a cursor, filtered and sorted. */
async function compareRows(server: BenchServer, few: Desk, many: Desk): Promise<void> {
  console.log(`\nD1 rows read by one page, among ${FEW} and among ${MANY.toLocaleString("en")} documents`);
  for (const query of ["?limit=20", "?limit=20&tag=risk", "?limit=20&q=paper", "?limit=20&sort=title"]) {
    const rows = [];
    for (const { token } of [few, many]) {
      await sendOnce(server.url, listOf(token, 0, query));
      const first = await sendOnce(server.url, listOf(token, 0, query));
      const { next_cursor } = list.parse(JSON.parse(first.text));
      const second = await sendOnce(server.url, listOf(token, 0, `${query}&cursor=${next_cursor}`));
      rows.push(`${rowsRead(first.cost)} and ${rowsRead(second.cost)} on page 2`);
    }
    const same = rows[0] === rows[1];
    console.log(`  ${query.padEnd(22)} ${rows.join(" | ")}  ${same ? "equal" : "NOT EQUAL"}`);
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
