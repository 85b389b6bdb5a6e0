import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../../src/modules/strategies/bars/bars.ts";
import { encodeBars } from "../../../../../src/modules/strategies/bars/columns/bar-set.ts";
import {
  type CsvOptions,
  csvOptionsSchema,
  MAX_BARS,
} from "../../../../../src/modules/strategies/bars/csv/options.ts";
import { previewOf } from "../../../../../src/modules/strategies/bars/csv/preview.ts";
import {
  CsvBarReader,
  type CsvReading,
  readCsv,
} from "../../../../../src/modules/strategies/bars/csv/read.ts";
import { dataFile } from "../../../../support/data.ts";
import { anyBars } from "../any-bars.ts";

const lines = (...rows: string[]) => `${rows.join("\n")}\n`;
const HEADER = "Date,Open,High,Low,Close,Volume";
const only = ({ symbols }: CsvReading) => {
  const [first] = symbols;
  if (first === undefined) throw new Error("expected a symbol");
  return first;
};
const timesOf = (text: string, options?: CsvOptions) =>
  Array.from(only(readCsv(text, options)).bars.times, (time) => new Date(time).toISOString());
const codesOf = ({ findings }: CsvReading) => findings.list().map(({ code, count }) => [code, count]);
/** A file of dates alone matters. */
const dated = (...dates: string[]) => lines(HEADER, ...dates.map((date) => `${date},1,2,0.5,1.5,100`));

describe("the columns of a CSV", () => {
  const first = (text: string, options?: CsvOptions) => {
    const { bars } = only(readCsv(text, options));
    return [bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]];
  };

  it.each([
    ["pandas with an unnamed index", lines(",Open,High,Low,Close,Volume", "2004-08-19,1,4,0.5,2,100")],
    ["Yahoo", lines("Date,Open,High,Low,Close,Adj Close,Volume", "2004-08-19,1,4,0.5,2,1.9,100")],
    [
      "yfinance with three lines of names",
      lines(
        "Price,Close,High,Low,Open,Volume",
        "Ticker,GOOG,GOOG,GOOG,GOOG,GOOG",
        "Date,,,,,",
        "2004-08-19,2,4,0.5,1,100",
      ),
    ],
    ["Nasdaq", lines("Date,Close/Last,Volume,Open,High,Low", "08/19/2004,$2,100,$1,$4,$0.50")],
    [
      "Investing.com",
      lines(
        '"Date","Price","Open","High","Low","Vol.","Change %"',
        '"08/19/2004","2.00","1.00","4.00","0.50","0.10K","1.2%"',
      ),
    ],
    [
      "MetaTrader",
      lines("<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>", "2004.08.19\t1\t4\t0.5\t2\t100"),
    ],
    [
      "semicolons and decimal commas",
      lines("Datum;Open;High;Low;Close;Volumen", "19.08.2004;1,0;4,0;0,5;2,0;100"),
    ],
    ["quoted cells and thousands", lines(HEADER, '2004-08-19,"1.00","4.00","0.50","2.00","100"')],
    ["pipes", lines("date|o|h|l|c|v", "2004-08-19|1|4|0.5|2|100")],
    ["no header", lines("20040819,1,4,0.5,2,100")],
    ["CRLF, a BOM and blank lines", `\ufeff${HEADER}\r\n\r\n2004-08-19,1,4,0.5,2,100\r\n\r\n`],
  ])("are found as written by %s", (_, text) => {
    expect(first(text)).toEqual([1, 4, 0.5, 2, 100]);
    expect(timesOf(text)).toEqual(["2004-08-19T00:00:00.000Z"]);
  });

  it("of date and time are joined", () => {
    expect(timesOf(lines("Date,Time,Open,High,Low,Close", "2004-08-19,09:30,1,1,1,1"))).toEqual([
      "2004-08-19T09:30:00.000Z",
    ]);
    expect(timesOf(lines("20040819,09:30:00,1,1,1,1,5"))).toEqual(["2004-08-19T09:30:00.000Z"]);
  });

  it("are taken as they are mapped, by name or number, and otherwise guessed", () => {
    const text = lines("a,b,Open,High,Low,Close,b2", "2004-08-19,x,1,4,0.5,2,7");
    expect(first(text, { mapping: { date: "a", volume: 7 } })).toEqual([1, 4, 0.5, 2, 7]);
    expect(readCsv(text, { mapping: { date: "A" } }).dialect.mapping).toMatchObject({
      date: "a",
      open: "Open",
    });
    expect(() => readCsv(text, { mapping: { date: "nope" } })).toThrow('no column "nope"');
    expect(() => readCsv(text, { mapping: { date: 8 } })).toThrow("no column 8");
    expect(() => readCsv(text)).toThrow("no column was found for date");
  });

  it("of adjusted closes move all prices, if that is asked for", () => {
    const text = lines("Date,Open,High,Low,Close,Adj Close", "2004-08-19,2,8,1,4,2");
    expect(first(text, { prices: "adjusted" })).toEqual([1, 4, 0.5, 2, 0]);
    expect(first(text)).toEqual([2, 8, 1, 4, 0]);
  });

  it("of symbols part the bars", () => {
    const text = lines("ticker,date,open,high,low,close", "B,2004-08-19,1,1,1,1", "A,2004-08-19,2,2,2,2");
    expect(readCsv(text).symbols.map(({ symbol, bars }) => [symbol, bars.close[0]])).toEqual([
      ["A", 2],
      ["B", 1],
    ]);
    expect(readCsv(lines("B,2004-08-19,1,1,1,1,9")).symbols[0]?.symbol).toBe("B");
  });

  it("have options that refuse what they don't know", () => {
    expect(csvOptionsSchema.safeParse({ mapping: { date: "a" }, decimal: "," }).success).toBe(true);
    expect(csvOptionsSchema.safeParse({ mapping: { day: "a" } }).success).toBe(false);
    expect(csvOptionsSchema.safeParse({ delimiter: "x" }).success).toBe(false);
  });
});

describe("the dates of a CSV", () => {
  it("have the order that some day above 12 shows, however late it comes", () => {
    expect(timesOf(dated("01/02/2020", "02/02/2020", "13/02/2020"))[0]).toBe("2020-02-01T00:00:00.000Z");
    expect(timesOf(dated("01/02/2020", "01/03/2020", "01/13/2020"))[0]).toBe("2020-01-02T00:00:00.000Z");
  });

  it("are refused where nothing shows the order, unless it is given", () => {
    const text = dated("01/02/2020", "02/02/2020");
    expect(() => readCsv(text)).toThrow(
      'row 2: no day is above 12, so that dates as 3/4/2020 can be read in two ways: give "date_order"',
    );
    expect(timesOf(text, { date_order: "mdy" })[0]).toBe("2020-01-02T00:00:00.000Z");
    expect(() => readCsv(dated("13/02/2020", "02/13/2020"))).toThrow("first in row 2 and second in row 3");
  });

  it("that never were leave their row out", () => {
    const reading = readCsv(dated("30/01/2020", "30/02/2020", "01/03/2020"));
    expect(only(reading).bars.times).toHaveLength(2);
    expect(reading.findings.list()[0]).toMatchObject({
      code: "row_unreadable",
      examples: [{ row: 3, detail: "no date: 30/2/2020" }],
    });
  });

  it("without times are midnight UTC in every zone, also when midnights or their offsets are written", () => {
    const zone = { time_zone: "America/New_York" };
    const expected = ["2020-01-02T00:00:00.000Z", "2020-07-02T00:00:00.000Z"];
    expect(timesOf(dated("2020-01-02", "2020-07-02"), zone)).toEqual(expected);
    expect(timesOf(dated("2020-01-02 00:00", "2020-07-02 00:00"), zone)).toEqual(expected);
    expect(timesOf(dated("2020-01-02 00:00:00-05:00", "2020-07-02 00:00:00-04:00"))).toEqual(expected);
  });

  it("with times are of the zone, across clock changes", () => {
    expect(timesOf(dated("2020-03-06 09:30", "2020-03-09 09:30"), { time_zone: "America/New_York" })).toEqual(
      ["2020-03-06T14:30:00.000Z", "2020-03-09T13:30:00.000Z"],
    );
    expect(() => readCsv(dated("2020-03-06"), { time_zone: "Mars/Olympus" })).toThrow("is no time zone");
  });

  it("that come twice when the clock is set back keep the rows' order, in files of either direction", () => {
    const local = ["2020-11-01 00:30", "2020-11-01 01:30", "2020-11-01 01:30", "2020-11-01 02:30"];
    const utc = ["04:30", "05:30", "06:30", "07:30"].map((time) => `2020-11-01T${time}:00.000Z`);
    const zone = { time_zone: "America/New_York" };
    expect(timesOf(dated(...local), zone)).toEqual(utc);
    expect(timesOf(dated(...local.toReversed()), zone)).toEqual(utc);
    expect(codesOf(readCsv(dated(...local), zone))).toEqual([["local_time_ambiguous", 2]]);
  });

  it("that never were, since the clock jumped, leave their row out", () => {
    const reading = readCsv(dated("2020-03-08 01:30", "2020-03-08 02:30", "2020-03-08 03:30"), {
      time_zone: "America/New_York",
    });
    expect(only(reading).bars.times).toHaveLength(2);
    expect(reading.findings.list()[0]?.examples[0]).toMatchObject({
      row: 3,
      detail: "2020-03-08T02:30:00 in America/New_York never was",
    });
  });

  it("of both kinds, clear at once and by the file's order, are read in one file", () => {
    const mixed = dated("2020-01-02", "01/13/2020", "2020-01-14", "01/15/2020");
    expect(timesOf(mixed).map((time) => time.slice(0, 10))).toEqual([
      ...["2020-01-02", "2020-01-13", "2020-01-14", "2020-01-15"],
    ]);
    expect(codesOf(readCsv(mixed)).filter(([code]) => code === "row_unreadable")).toEqual([]);
  });

  it("with and without a zone are not mixed", () => {
    expect(() => readCsv(dated("2020-03-08 01:30", "2020-03-08T02:30Z"))).toThrow("row 3: times with a zone");
  });
});

describe("the rows of a CSV", () => {
  it("that can't be read are left out and named by their number", () => {
    const reading = readCsv(
      lines(HEADER, "2004-08-19,1,4,abc,2,100", "", "hello,1,4,0.5,2,100", "2004-08-20,1,4,0.5,2,100"),
    );
    expect(only(reading).bars.times).toHaveLength(1);
    expect(reading.findings.list()).toMatchObject([
      {
        code: "row_unreadable",
        count: 2,
        examples: [
          { row: 2, detail: '"abc" as low' },
          { row: 4, detail: '"hello" as date' },
        ],
      },
    ]);
  });

  it("without a price are left out; without a volume they have none", () => {
    const reading = readCsv(
      lines(HEADER, "2004-08-19,null,null,null,null,null", "2004-08-20,1,4,0.5,2,", "2004-08-23,1,4,0.5,2,9"),
    );
    expect(only(reading)).toMatchObject({
      bars: { volume: Float64Array.of(0, 9) },
      rows: Float64Array.of(3, 4),
    });
    expect(codesOf(reading)).toEqual([
      ["row_incomplete", 1],
      ["volume_missing", 1],
    ]);
    expect(codesOf(readCsv(lines("Date,Open,High,Low,Close", "2004-08-20,1,4,0.5,2")))).toEqual([
      ["volume_absent", 1],
    ]);
  });

  it("that are newest first are turned round, and others sorted", () => {
    const turned = readCsv(dated("2020-01-03", "2020-01-02", "2020-01-01"));
    expect([...only(turned).rows]).toEqual([4, 3, 2]);
    expect(codesOf(turned)).toEqual([["newest_first", 1]]);
    const mixed = readCsv(dated("2020-01-02", "2020-01-01", "2020-01-03"));
    expect([...only(mixed).rows]).toEqual([3, 2, 4]);
    expect(codesOf(mixed)).toEqual([["unsorted", 1]]);
  });

  it.each([
    ["oldest first", false],
    ["newest first", true],
  ])("of one time are one bar, the file's first, %s", (_, turn) => {
    const rows = [
      "2020-01-01,1,1,1,1,1",
      "2020-01-02,2,2,2,2,2",
      "2020-01-02,2,2,2,2,2",
      "2020-01-03,3,3,3,3,3",
      "2020-01-03,4,4,4,4,4",
    ];
    const reading = readCsv(lines(HEADER, ...(turn ? rows.toReversed() : rows)));
    expect([...only(reading).bars.close]).toEqual([1, 2, turn ? 4 : 3]);
    expect(codesOf(reading).slice(0, 2)).toEqual([
      ["duplicate_conflicting", 1],
      turn ? ["newest_first", 1] : ["duplicate_same", 1],
    ]);
  });

  it("give the same whatever pieces they come in", () => {
    const text =
      lines(HEADER, '"2020-01-02",1,4,0.5,2,100', "", "2020-01-03,1,4,x,2,100").replaceAll("\n", "\r\n") +
      "2020-01-04,1,4,0.5,2,100\r\n".repeat(600);
    const whole = readCsv(text);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const reader = new CsvBarReader();
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          reader.write(text.slice(at, at + size));
          at += size;
        }
        const reading = reader.end();
        expect(reading.symbols).toEqual(whole.symbols);
        expect(reading.findings.list()).toEqual(whole.findings.list());
      }),
      { numRuns: 30 },
    );
  });

  it("are bounded in number, length, cells and symbols, and a quote must be closed", () => {
    expect(() => readCsv(lines(HEADER, `2020-01-02,${"1".repeat(201)}`))).toThrow(
      "row 2: a cell has at most 200",
    );
    expect(() => readCsv(lines(HEADER, `2020-01-02${",1".repeat(5000)}`))).toThrow(
      "row 2: a line has at most",
    );
    expect(() => readCsv(lines(HEADER, '2020-01-02,"1,2', "2020-01-03,1,1,1,1,1"))).toThrow(
      "is a quote not closed?",
    );
    expect(() => readCsv(HEADER + "x".repeat(10_000))).toThrow("at most");
    const symbols = Array.from({ length: 101 }, (_, at) => `S${at},2004-08-19,1,1,1,1,1`);
    expect(() => readCsv(lines(...symbols))).toThrow("at most 100 symbols");
    const reader = new CsvBarReader();
    reader.write(`${HEADER}\n`);
    const thousand = "2020-01-02,1,1,1,1,1\n".repeat(1000);
    expect(() => {
      for (let rows = 0; rows <= MAX_BARS; rows += 1000) reader.write(thousand);
    }).toThrow(`at most ${MAX_BARS} rows`);
  });

  it("must be there", () => {
    expect(() => readCsv("")).toThrow("the file is empty");
    expect(() => readCsv(`${HEADER}\n`)).toThrow("no row has a date");
    expect(() => readCsv("hello\nworld\n")).toThrow("no column was found");
  });
});

/** Numbers as the shortest decimals that read back as the same ones. */
function csvOf({ times, open, high, low, close, volume }: Bars): string {
  const rows = Array.from(times, (time, at) =>
    [new Date(time).toISOString(), open[at], high[at], low[at], close[at], volume[at]].join(),
  );
  return ["time,open,high,low,close,volume", ...rows].join("\n");
}

describe("bars written as CSV", () => {
  it("are read back bit by bit", () => {
    const prices = anyBars.filter(({ times }) => times.length > 0);
    fc.assert(
      fc.property(prices, (bars) => {
        const reading = readCsv(csvOf(bars));
        expect(only(reading).bars).toEqual(bars);
        expect(codesOf(reading)).toEqual([]);
      }),
    );
  });
});

describe("the same bars from different files", () => {
  it("are the same bytes", () => {
    const bytes = (text: string) =>
      encodeBars({ timeframe: undefined, symbols: [{ name: "X", bars: only(readCsv(text)).bars }] });
    const plain = bytes(lines(HEADER, "2020-01-02,1.5,4,0.5,2,1000", "2020-01-14,1.5,4,0.5,2,1000"));
    expect(
      bytes(
        lines(
          "Vol.;Close;Low;High;Open;Datum",
          "1.000;2,0;0,5;4,00;1,5;14.01.2020",
          "1.000;2,0;0,5;4,00;1,5;02.01.2020",
        ),
      ),
    ).toEqual(plain);
    expect(
      bytes(
        lines("time,open,high,low,close,volume", "1577923200,1.50,4,0.5,2,1e3", "1578960000,1.5,4,.5,2,1K"),
      ),
    ).toEqual(plain);
  });
});

describe("GOOG.csv", () => {
  it("gives 2,148 sound daily bars, told before anything is kept", async (ctx) => {
    const file = await dataFile("GOOG.csv");
    ctx.skip(!file, "the reference data is not here");
    const { dialect, rows, first, report } = previewOf(readCsv(new TextDecoder().decode(file)));
    expect(rows).toBe(2148);
    expect(dialect).toEqual({
      mapping: { date: 1, open: "Open", high: "High", low: "Low", close: "Close", volume: "Volume" },
      delimiter: ",",
      decimal: ".",
      date_order: undefined,
      time_zone: "UTC",
      only_days: true,
    });
    expect(first).toHaveLength(10);
    expect(first[0]).toEqual({
      symbol: "",
      row: 2,
      time: "2004-08-19T00:00:00.000Z",
      open: 100,
      high: 104.06,
      low: 95.96,
      close: 100.34,
      volume: 22_351_900,
    });
    expect(report).toMatchObject({
      timeframe: "1d",
      symbols: [{ bars: 2148, last: "2013-03-01T00:00:00.000Z", session: { days: [1, 2, 3, 4, 5] } }],
    });
    expect(report.findings).toEqual([]);
  });
});
