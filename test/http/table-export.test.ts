import fc from "fast-check";
import { parseCsv } from "hucre/csv";
import { readXlsx } from "hucre/xlsx";
import { describe, expect, it } from "vitest";
import { type Cell, type Table, type TableFormat, tableFile } from "../../src/http/table-export.ts";
import type { Log } from "../../src/platform/log.ts";

const told: string[] = [];
const log: Log = {
  info() {},
  warn() {},
  error: (message) => void told.push(message),
  with: () => log,
};

const TABLE: Table<Cell[]> = {
  sheet: "Sheet",
  columns: ["a", "b"],
  cellsOf: (cells) => cells,
  viewOf: (cells) => ({ cells }),
};

async function* each(rows: Cell[][]) {
  yield* rows;
}

const bodyOf = (format: TableFormat, rows: AsyncIterable<Cell[]>) =>
  tableFile(log, TABLE, rows, { format, name: "table" }).body;

const bytesOf = async (format: TableFormat, rows: Cell[][]) =>
  new Uint8Array(await new Response(bodyOf(format, each(rows))).arrayBuffer());
const asCsv = async (rows: Cell[][]) =>
  parseCsv(new TextDecoder().decode(await bytesOf("csv", rows)), { delimiter: "," }).slice(1);
const asXlsx = async (rows: Cell[][]) =>
  (await readXlsx(await bytesOf("xlsx", rows))).sheets[0]?.rows.slice(1) ?? [];

/** Whether a spreadsheet, or what trims and unquotes before one, may take the cell of a CSV for a formula. */
function runs(cell: string): boolean {
  if (/^-?\d+(\.\d+)?$/.test(cell)) return false;
  const shown = [...cell.normalize("NFKC")].find((one) => !/[\s"\p{C}]/u.test(one)) ?? "";
  return "=+-@".includes(shown) ? shown !== "" : /^[\t\r\n]/.test(cell);
}

const START = fc.constantFrom(
  ...["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "⩵"],
);
const BEFORE = fc.array(
  fc.constantFrom('"', '""', " ", "\u00a0", "\ufeff", "\u200b", "\0", ",", ";", "\r\n"),
  {
    maxLength: 3,
  },
);
const hostile = fc
  .tuple(BEFORE, START, fc.constantFrom("1+1", 'HYPERLINK("http://x")', "cmd|' /C calc'!A0", ""))
  .map(([before, start, rest]) => before.join("") + start + rest);
const text = fc.oneof(hostile, fc.string({ unit: "binary", maxLength: 20 }));
const cell = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.record({ "=key": text }));
const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });

describe("a table as CSV", () => {
  it("never gives a cell that a spreadsheet would run, and keeps all text behind an apostrophe at most", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        const read = (await asCsv(some)).map((row) => row.map(String));
        for (const one of read.flat()) expect(runs(one), JSON.stringify(one)).toBe(false);
        const plain = some.map((row) => row.map((one) => String(one === null ? "" : asText(one))));
        expect(read.map((row) => row.length)).toEqual(plain.map(() => 2));
        read.flat().forEach((one, at) => {
          const meant = plain.flat()[at] ?? "";
          expect([meant, `'${meant}`]).toContain(one);
        });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["-1", "'-1"],
    ["＠SUM(1)", "'＠SUM(1)"],
    ['"=1+1"', `'"=1+1"`],
    ["\t=1", "'\t=1"],
    [" +1", "' +1"],
    ["|calc", "'|calc"],
    [-1, "-1"],
    ["1-1=0", "1-1=0"],
    ["a\n=b", "a\n=b"],
    ["", ""],
  ])("writes %j as %j", async (given, written) => {
    expect(await asCsv([[given, "x"]])).toEqual([[written, "x"]]);
  });
});

const asText = (one: Exclude<Cell, null | undefined>) =>
  typeof one === "object" ? JSON.stringify(one) : one;

describe("a table as XLSX", () => {
  it("keeps every text as text, as it was: nothing in it computes, is an escape or breaks the XML", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(text, fc.constantFrom("_x003D_1+1", "_x005F_x0041_", "a\uFFFEb", "<f>1</f>")), {
          minLength: 1,
          maxLength: 5,
        }),
        async (texts) => {
          const read = await asXlsx(texts.map((one) => [`:${one}`, 1]));
          const kept = texts.map((one) => `:${one.toWellFormed().replace(/[\uFFFE\uFFFF]/g, "\uFFFD")}`);
          expect(read).toEqual(kept.map((one) => [one, 1]));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("leaves a formula as it was typed, for the cell's type says that it is text", async () => {
    const written = await bytesOf("xlsx", [["=1+1", -1]]);
    const { sheets } = await readXlsx(written);
    expect(sheets[0]?.rows[1]).toEqual(["=1+1", -1]);
    expect([...(sheets[0]?.cells?.values() ?? [])].filter(({ formula }) => formula !== undefined)).toEqual(
      [],
    );
  });
});

describe("a table as JSON", () => {
  it("has the things as they are", async () => {
    const some = [
      ["=1", null],
      [{ a: "+" }, 2],
    ];
    for (const given of [[], some]) {
      const read = JSON.parse(new TextDecoder().decode(await bytesOf("json", given)));
      expect(read).toEqual(given.map((cells) => ({ cells })));
    }
  });
});

it.each(["csv", "xlsx"] as const)("cuts a cell of %s to what a spreadsheet takes", async (format) => {
  const long = `=${"x".repeat(40_000)}`;
  const [[first] = []] = format === "csv" ? await asCsv([[long, 1]]) : await asXlsx([[long, 1]]);
  expect(String(first)).toHaveLength(32_767);
  expect(String(first)).toMatch(/^'?=x+…$/);
});

describe.each(["csv", "json", "xlsx"] as const)("a stream of %s", (format) => {
  /** Rows without an end that don't compress, and what became of whoever makes them. */
  function endless(fails_at = Number.POSITIVE_INFINITY) {
    const state = { made: 0, ended: false };
    async function* make(): AsyncGenerator<Cell[]> {
      try {
        for (; state.made < fails_at; state.made += 1) {
          if (state.made % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          yield [crypto.randomUUID().repeat(30), state.made];
        }
        throw new Error("the index is gone");
      } finally {
        state.ended = true;
      }
    }
    return { state, things: make() };
  }

  it("asks for no more rows than are taken, and ends their making when the client goes away", async () => {
    const { state, things } = endless();
    const reader = bodyOf(format, things).getReader();
    await reader.read();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const made = state.made;
    expect(made).toBeLessThan(1_000);
    await reader.cancel();
    await expect.poll(() => state.ended).toBe(true);
    expect(state.made).toBeLessThan(made + 200);
  });

  it("breaks off and is logged where the rows do", async () => {
    const { state, things } = endless(2_000);
    told.length = 0;
    await expect(new Response(bodyOf(format, things)).arrayBuffer()).rejects.toThrow("the index is gone");
    expect(told).toEqual(["an export broke off"]);
    expect(state.ended).toBe(true);
  });
});
