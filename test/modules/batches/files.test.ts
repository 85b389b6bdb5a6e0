import { parseCsv } from "hucre/csv";
import { readXlsx } from "hucre/xlsx";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Cut, installProbe } from "../../../src/platform/faults.ts";
import { problemOf } from "../../support/answers.ts";
import {
  batchOver,
  batchWhen,
  checkCounters,
  endDirections,
  isOver,
  itemRows,
  newBatch,
  sendLeftBehind,
  usedBatches,
} from "../../support/batches.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { ageFile, newFile, textOf } from "../../support/files.ts";

let account: Account;
let token: string;
beforeEach(async () => {
  account = await newAccount();
  token = account.access_token;
});
afterEach(endDirections);

async function batchOfCsv(text: string, more: object = {}) {
  const { id: file_id } = await newFile(token, text);
  const { id } = await newBatch(token, { items: undefined, file_id, ...more });
  return { id, file_id };
}

const inputsOf = async (id: string) => {
  const sql = "SELECT input, error FROM batch_items WHERE batch_id = ? ORDER BY idx";
  const { results } = await testEnv.DB.prepare(sql).bind(id).all<{ input: string; error: string | null }>();
  return results.map(({ error, input }) => [JSON.parse(input), error && JSON.parse(error).message]);
};

describe("a CSV of items", () => {
  it("may have a BOM, CRLF, quotes with commas and line ends, empty cells and blank lines", async () => {
    const rows = [
      "query,limit,filters",
      '"stop, or ""cut""",5,',
      '"two\nlines",,"{""tags"":[""risk""]}"',
      "",
      "123,7,",
    ];
    const { id, file_id } = await batchOfCsv(`\uFEFF${rows.join("\r\n")}\r\n`);
    expect(await batchOver(token, id)).toMatchObject({ file_id, total: 3, succeeded: 3 });
    expect(await inputsOf(id)).toEqual([
      [{ query: 'stop, or "cut"', limit: 5 }, null],
      [{ query: "two\nlines", filters: { tags: ["risk"] }, limit: 10 }, null],
      [{ query: "123", limit: 7 }, null],
    ]);
    await checkCounters(id);
  });

  it("is refused as a whole where a quoted cell is never closed, for what follows would be part of it", async () => {
    const { id } = await batchOfCsv('query,limit\nrisk,3\n"unclosed,1\nsizing,2\n');
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({
      status: "failed",
      total: 0,
      job: { error: { code: "batches.open_quote" } },
    });
  });

  it("makes a failed item of a bad row, with its number, and runs all others", async () => {
    const rows = ["query,limit", "good,1", "bad,many", ",3", "long,1,2", "good,2", `${"x".repeat(1_001)},1`];
    const { id } = await batchOfCsv(rows.join("\n"));
    expect(await batchOver(token, id)).toMatchObject({
      status: "succeeded",
      total: 6,
      succeeded: 2,
      failed: 4,
    });
    const told = await inputsOf(id);
    expect(told.map(([, message]) => message?.slice(0, 15) ?? null)).toEqual([
      null,
      "Row 3: `limit`:",
      "Row 4: `query`:",
      "Row 5: has 3 ce",
      null,
      "Row 7: `query`:",
    ]);
    expect(told[1]?.[0]).toEqual({ query: "bad", limit: "many" });
    await checkCounters(id);
    const again = await call(`/v1/batches/${id}/retry-failed`, { token, method: "POST" });
    expect((await problemOf(again)).code).toBe("batches.nothing_to_retry");
  });

  it("is refused at once where its header is none of the type's", async () => {
    for (const [text, says] of [
      ["name,domain\nAcme,acme.example\n", "unknown columns (`name`, `domain`)"],
      ["limit\n5\n", "lacks the columns `query`"],
      ["query,query\na,b\n", "names a column twice"],
      ["\n", "lacks the columns `query`"],
    ] as const) {
      const { id: file_id } = await newFile(token, text);
      const answer = await call("/v1/batches", { token, json: { type: "search.query", file_id } });
      expect(answer.status).toBe(422);
      const { errors } = await problemOf(answer);
      expect(errors?.[0]).toMatchObject({ path: "file_id", code: "batches.bad_header" });
      expect(errors?.[0]?.message).toContain(says);
    }
    expect(await usedBatches(token)).toBe(0);
  });

  it("without a row fails the batch, which costs nothing of the day's then", async () => {
    const { id } = await batchOfCsv("query\n");
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({ status: "failed", total: 0, job: { error: { code: "batches.no_items" } } });
    expect(await usedBatches(token)).toBe(0);
  });

  it("with no good row at all fails the batch, which costs nothing then either", async () => {
    const { id } = await batchOfCsv("query,limit\na,x\nb,y\n");
    const batch = await batchOver(token, id);
    expect(batch).toMatchObject({
      status: "failed",
      failed: 2,
      job: { error: { code: "batches.all_failed" } },
    });
    expect(await usedBatches(token)).toBe(0);
  });

  it("of many rows is read in several slices, each row once wherever its reader is killed", async () => {
    let cuts = 0;
    installProbe((border) => {
      // Both between writing rows and noting it, and after that.
      if (border === "slice.effect" && cuts++ % 2 === 0) throw new Cut(border);
      if (border === "slice.checkpointed" && cuts++ === 3) throw new Cut(border);
    });
    const rows = Array.from({ length: 1_201 }, (_, n) => `row ${n},${n % 500 === 7 ? 1 + (n % 9) : "bad"}`);
    const { id } = await batchOfCsv(["query,limit", ...rows].join("\n"));
    await batchWhen(token, id, ({ total }) => total === 1_201);
    installProbe(undefined);
    const batch = await batchWhen(token, id, isOver, 25_000, sendLeftBehind);
    expect(cuts).toBeGreaterThan(3);
    expect(batch).toMatchObject({ status: "succeeded", total: 1_201, failed: 1_198, succeeded: 3 });
    expect((await inputsOf(id)).map(([{ query }]) => query)).toEqual(rows.map((row) => row.split(",")[0]));
    await checkCounters(id);
  });

  it("that has expired or is another desk's starts no batch", async () => {
    const { id } = await newFile(token, "query\na\n");
    await ageFile(id, 25 * 3_600_000);
    const expired = await call("/v1/batches", { token, json: { type: "search.query", file_id: id } });
    expect((await problemOf(expired)).code).toBe("files.expired");
    const theirs = await newFile((await newAccount()).access_token, "query\na\n");
    const foreign = await call("/v1/batches", { token, json: { type: "search.query", file_id: theirs.id } });
    expect((await problemOf(foreign)).code).toBe("files.not_found");
  });
});

describe("an export", () => {
  const FORMULA = '=HYPERLINK("http://evil.example")';

  async function exported() {
    const items = [
      { query: 'plain, with "quotes"' },
      { query: FORMULA, filters: { tags: ["@a"] } },
      { query: "\tindented", intent: "exact", mode: "vector", limit: 3 },
    ];
    // What a query is trimmed of, a file's item would be as well, so the tab is put behind the schema's back.
    const { id } = await newBatch(token, { items });
    await batchOver(token, id);
    await testEnv.DB.prepare("UPDATE batch_items SET input = ? WHERE batch_id = ? AND idx = 2")
      .bind(JSON.stringify({ query: "\tindented", intent: "exact", mode: "vector", limit: 3 }), id)
      .run();
    const get = async (format: string) => {
      const answer = await call(`/v1/batches/${id}/export?format=${format}`, { token });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${id}.${format}"`);
      return answer;
    };
    return { id, get, rows: await itemRows(id) };
  }

  const HEADER = [
    ...["index", "status", "job_id", "error_code", "error_message"],
    ...["query", "intent", "filters", "limit", "min_score", "mode", "result"],
  ];

  it("as CSV has a row for each item and no cell that is a formula", async () => {
    const { get, rows } = await exported();
    const answer = await get("csv");
    expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
    const parsed = parseCsv(await textOf(answer));
    expect(parsed[0]).toEqual(HEADER);
    expect(parsed).toHaveLength(4);
    expect(parsed[1]?.slice(0, 6)).toEqual([
      "0",
      "succeeded",
      rows[0]?.job_id,
      "",
      "",
      'plain, with "quotes"',
    ]);
    expect(JSON.parse(String(parsed[1]?.[11]))).toMatchObject({ results: [], total: 0 });
    expect(parsed[2]?.[5]).toBe(`'${FORMULA}`);
    expect(parsed[2]?.[7]).toBe('{"tags":["@a"]}');
    expect(parsed[3]?.slice(3, 6)).toEqual(["search.mode_unavailable", expect.any(String), "'\tindented"]);
    for (const cell of parsed.flat()) expect(String(cell)).not.toMatch(/^[=+\-@\t\r]/);
  });

  it("as JSON is what the list of items shows, in one", async () => {
    const { get, id } = await exported();
    const { data } = await (await call(`/v1/batches/${id}/items?limit=100`, { token })).json<{
      data: object[];
    }>();
    expect(await (await get("json")).json()).toEqual(data);
  });

  it("as XLSX holds the same as text, numbers and nothing that computes", async () => {
    const { get } = await exported();
    const book = await readXlsx(new Uint8Array(await (await get("xlsx")).arrayBuffer()));
    const rows = book.sheets[0]?.rows ?? [];
    expect(rows[0]).toEqual(HEADER);
    expect(rows).toHaveLength(4);
    expect(rows[2]?.slice(0, 2)).toEqual([1, "succeeded"]);
    expect(rows[2]?.[5]).toBe(FORMULA);
    expect(rows[3]?.[8]).toBe(3);
  });

  it("is refused in a format that there is not", async () => {
    const { id } = await newBatch(token, { items: [{ query: "a" }] });
    expect((await call(`/v1/batches/${id}/export?format=pdf`, { token })).status).toBe(422);
    await batchOver(token, id);
  });
});
