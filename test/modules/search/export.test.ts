import { parseCsv } from "hucre/csv";
import { readXlsx } from "hucre/xlsx";
import { beforeAll, describe, expect, it } from "vitest";
import { exportSearch } from "../../../src/modules/search/export.ts";
import { resultPages } from "../../../src/modules/search/result-pages.ts";
import { problemOf } from "../../support/answers.ts";
import { contextOfOwner } from "../../support/context.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { textOf } from "../../support/files.ts";
import { makeKey } from "../../support/members.ts";
import { testPlatform } from "../../support/platform.ts";
import { indexTexts, search } from "../../support/search.ts";

const COLUMNS = [
  ...["rank", "score", "title", "document_id", "document_version", "chunk_id", "intent"],
  ...["page", "chapter", "heading", "cell", "start", "end", "text"],
];
const HOSTILE = [
  '=HYPERLINK("http://x","heron")',
  "+heron",
  "-heron",
  "@heron",
  "\theron",
  "＝heron",
  '"=heron"',
];

let desk: Account;
let birds: { id: string };
let formulas: { id: string };
beforeAll(async () => {
  desk = await newAccount();
  birds = await indexTexts(
    desk.desk_id,
    ['A heron, "grey"\nand a heron', "One heron among many other birds"],
    {
      ...{ title: "Birds", author: "Ada", category: "books", language: "en", tags: ["wild", "water"] },
    },
  );
  formulas = await indexTexts(desk.desk_id, HOSTILE, { title: "=Formulas", tags: ["water"] });
});

type Query = Record<string, string> | [string, string][];

const exported = async (query: Query, token = desk.access_token) =>
  await call(`/v1/search/export?${new URLSearchParams(query)}`, { token });

interface Passage {
  rank: number;
  score: number;
  title: string;
  document_id: string;
  document_version: number;
  chunk_id: string;
  intent: string;
  locator: Record<string, unknown>;
  text: string;
}

async function passages(query: Query, token?: string): Promise<Passage[]> {
  const answer = await exported([...new URLSearchParams(query), ["format", "json"]], token);
  if (answer.status !== 200) throw new Error(`export: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

const documentsOf = async (query: Query) =>
  new Set((await passages(query)).map(({ document_id }) => document_id));

describe("an export of a search", () => {
  it("as JSON has the passages of the search itself, ranked, their texts untouched", async () => {
    const { intent, results } = await search(desk.access_token, { query: "heron", limit: 100 });
    expect(results).toHaveLength(9);
    expect(await passages({ query: "heron" })).toEqual(
      results.map(({ document_id, document_version, id, locator, score, text, title }, at) => ({
        ...{ rank: at + 1, score, title, document_id, document_version, chunk_id: id, intent, locator, text },
      })),
    );
  });

  it("as CSV, the default, has the same in columns, and no cell that is a formula", async () => {
    const answer = await exported({ query: "heron" });
    expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
    const [header, ...rows] = parseCsv(await textOf(answer), { delimiter: "," });
    expect(header).toEqual(COLUMNS);
    const shown = await passages({ query: "heron" });
    expect(rows).toEqual(
      shown.map(({ chunk_id, document_id, document_version, intent, locator, rank, score, text, title }) => [
        ...[
          String(rank),
          String(score),
          title === "Birds" ? title : `'${title}`,
          document_id,
          String(document_version),
          chunk_id,
          intent,
        ],
        ...[String(locator.page), "", "", "", String(locator.start), String(locator.end)],
        HOSTILE.includes(text) ? `'${text}` : text,
      ]),
    );
    for (const cell of rows.flat()) expect(String(cell)).not.toMatch(/^[\s"]*[=+\-@＝]|^[\t\r]/);
  });

  it("as XLSX has the same as numbers and as text that computes nothing", async () => {
    const bytes = new Uint8Array(await (await exported({ query: "heron", format: "xlsx" })).arrayBuffer());
    const [header, ...rows] = (await readXlsx(bytes)).sheets[0]?.rows ?? [];
    expect(header).toEqual(COLUMNS);
    const shown = await passages({ query: "heron" });
    expect(rows.map((row) => [row[0], row[1], row[2], row[7], row[13]])).toEqual(
      shown.map(({ locator, rank, score, text, title }) => [rank, score, title, locator.page, text]),
    );
  });

  it("names its file by the day, and is never shown inline or kept by a cache", async () => {
    const ctx = await contextOfOwner(desk);
    const clock = { now: () => Date.UTC(2027, 1, 28, 23, 59) };
    const file = await exportSearch({ ...ctx, clock }, { query: "heron", limit: 1, format: "xlsx" });
    await file.body.cancel();
    expect(file.name).toBe("search-2027-02-28.xlsx");
    const { headers } = await exported({ query: "heron" });
    expect(headers.get("content-disposition")).toMatch(
      /^attachment; filename="search-\d{4}-\d\d-\d\d\.csv"$/,
    );
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("takes the filters of a search, lists of them repeated or by commas", async () => {
    const of = async (...filters: [string, string][]) => await documentsOf([["query", "heron"], ...filters]);
    for (const filter of ["author=Ada", "category=books", "language=en", "tags=wild"]) {
      expect(await of(...new URLSearchParams(filter)), filter).toEqual(new Set([birds.id]));
    }
    const both = new Set([birds.id, formulas.id]);
    expect(await of(["document_ids", `${birds.id}, ${formulas.id}`])).toEqual(both);
    expect(await of(["document_ids", birds.id], ["document_ids", formulas.id])).toEqual(both);
    expect(await of(["document_ids", formulas.id])).toEqual(new Set([formulas.id]));
    expect(await of(["tags", "water"])).toEqual(both);
    expect(await of(["tags", "water,wild"])).toEqual(new Set([birds.id]));
    expect(await of(["tags", "' OR 1=1 --"])).toEqual(new Set());
  });

  it("takes limit, intent, mode and min_score as a search does", async () => {
    expect(await passages({ query: "heron", limit: "3" })).toHaveLength(3);
    const exact = await passages({ query: "one heron", intent: "exact", mode: "bm25" });
    expect(exact.map(({ intent, text }) => [intent, text])).toEqual([
      ["exact", "One heron among many other birds"],
    ]);
    const scores = (await passages({ query: "heron", min_score: "0.9" })).map(({ score }) => score);
    expect(scores.length).toBeGreaterThan(0);
    for (const score of scores) expect(score).toBeGreaterThanOrEqual(0.9);
  });

  it("of a query that finds nothing is a file without a passage", async () => {
    expect(await passages({ query: "xylophone" })).toEqual([]);
    expect(parseCsv(await textOf(await exported({ query: "xylophone" })), { delimiter: "," })).toEqual([
      COLUMNS,
    ]);
  });
});

describe("what an export refuses, before its first byte", () => {
  it.each([
    ["a row too many", { limit: "10001" }, "limit", "must be at most 10000: an export has no more rows"],
    ["no row", { limit: "0" }, "limit", "must be at least 1"],
    ["half a row", { limit: "1.5" }, "limit", undefined],
    ["a limit in words", { limit: "many" }, "limit", undefined],
    ["a format that there is not", { format: "pdf" }, "format", undefined],
    ["an empty query", { query: " " }, "query", undefined],
    ["a long query", { query: "x".repeat(1_001) }, "query", undefined],
    ["an unknown intent", { intent: "guess" }, "intent", undefined],
    ["a score above 1", { min_score: "2" }, "min_score", undefined],
    ["a document without a name", { document_ids: "a,,b" }, "document_ids", "has a name that is empty"],
    ["101 documents", { document_ids: `${"a,".repeat(100)}a` }, "document_ids", undefined],
    ["an empty tag", { tags: "" }, "tags", "has a name that is empty"],
    ["a misspelled filter", { documents_ids: "doc_1" }, "", 'Unrecognized key: "documents_ids"'],
  ])("%s: names the field", async (_, query, path, message) => {
    const answer = await exported({ query: "heron", ...query });
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors).toEqual([
      expect.objectContaining({ path, message: message ?? expect.any(String) }),
    ]);
  });

  it("says what a search would say, as a problem and not in a file", async () => {
    expect((await problemOf(await exported([]))).errors?.[0]?.path).toBe("query");
    const twice = await exported([...Object.entries({ query: "heron", author: "Ada" }), ["author", "Grace"]]);
    expect((await problemOf(twice)).errors?.[0]?.path).toBe("author");
    const pure = await exported({ query: "heron", mode: "psychic" });
    expect((await problemOf(pure)).errors?.[0]?.path).toBe("mode");
  });
});

describe("who may export", () => {
  it("is whoever may search: a viewer, and a key with the scope, but no other key", async () => {
    const viewer = await newAccount("viewer");
    await indexTexts(viewer.desk_id, ["a heron"]);
    expect(await passages({ query: "heron" }, viewer.access_token)).toHaveLength(1);
    const byKey = async (scopes: string[]) => {
      const { key } = await makeKey(desk, { scopes });
      return await call("/v1/search/export?query=heron", { headers: { "x-api-key": key } });
    };
    expect((await byKey(["search:query"])).status).toBe(200);
    expect((await byKey(["documents:read"])).status).toBe(403);
  });

  it("gets the passages of the own desk alone, whatever document is named", async () => {
    const other = await newAccount();
    const theirs = await indexTexts(other.desk_id, ["their heron"]);
    expect((await documentsOf({ query: "heron" })).has(theirs.id)).toBe(false);
    expect(await documentsOf({ query: "heron", document_ids: theirs.id })).toEqual(new Set());
    expect((await passages({ query: "heron" }, other.access_token)).map(({ text }) => text)).toEqual([
      "their heron",
    ]);
  });
});

describe("an export of 10,000 passages", () => {
  const ROWS = 10_000;
  const sentence = "Buy the breakout of a quiet range, hold while it trends and cut the loss early. ".repeat(
    12,
  );
  let large: Account;
  beforeAll(async () => {
    large = await newAccount();
    const texts = Array.from({ length: ROWS + 20 }, (_, at) => `Passage ${at}. ${sentence}`);
    await indexTexts(large.desk_id, texts);
  }, 120_000);

  const ask = async (format: string) =>
    await exported({ query: "breakout", limit: String(ROWS), format }, large.access_token);

  it.each(["csv", "json", "xlsx"])(
    "as %s is streamed, each passage once",
    { timeout: 120_000 },
    async (format) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await ask(format)).body ?? []) chunks.push(chunk);
      expect(chunks.length).toBeGreaterThan(20);
      const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
      const ids = await chunkIdsOf(format, bytes);
      expect(ids).toHaveLength(ROWS);
      expect(new Set(ids).size).toBe(ROWS);
    },
  );

  it("reads them in pages of 200, the best first, and no more than were asked for", async () => {
    const { desk } = await contextOfOwner(large);
    const pages = resultPages(testPlatform(), desk, { query: "breakout" }, 450);
    const scores: number[][] = [];
    for await (const page of pages) scores.push(page.map(({ score }) => score));
    expect(scores.map(({ length }) => length)).toEqual([200, 200, 50]);
    expect(scores.flat()).toEqual(scores.flat().toSorted((a, b) => b - a));
  });

  async function chunkIdsOf(format: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown[]> {
    if (format === "xlsx") return (await readXlsx(bytes)).sheets[0]?.rows.slice(1).map((row) => row[5]) ?? [];
    const text = new TextDecoder().decode(bytes);
    if (format === "json") return JSON.parse(text).map(({ chunk_id }: Passage) => chunk_id);
    return parseCsv(text, { delimiter: "," })
      .slice(1)
      .map((row) => row[5]);
  }
});
