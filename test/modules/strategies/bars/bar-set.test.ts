import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import {
  decodeColumn,
  encodeBars,
  layoutOf,
} from "../../../../src/modules/strategies/bars/columns/bar-set.ts";
import { ROWS_PER_BLOCK } from "../../../../src/modules/strategies/bars/columns/encoding.ts";
import {
  COLUMNS,
  decodeHeader,
  MAX_HEADER_BYTES,
} from "../../../../src/modules/strategies/bars/columns/header.ts";
import { sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS } from "../../../../src/modules/strategies/bars/session.ts";
import { anyBars, flatBars } from "./any-bars.ts";

const DAILY = { count: 1, unit: "d" } as const;
const setOf = (bars: Bars, name = "GOOG") => ({ timeframe: DAILY, symbols: [{ name, bars }] });
const minutes = (count: number) =>
  sampleBars({ seed: 3, bars: count, timeframe: { count: 1, unit: "m" }, session: ALWAYS, from: 0 });

/** All columns, each read from its own range as a run reads them. */
function decodeBars(bytes: Uint8Array) {
  const header = decodeHeader(bytes);
  const layout = layoutOf(header);
  const symbols = header.symbols.map(({ name }, symbol) => {
    const columns = COLUMNS.map((column) => {
      const { length, offset } = layout.rangeOf({ symbol, column });
      return [column, decodeColumn(header, { symbol, column }, bytes.subarray(offset, offset + length))];
    });
    const bars: Bars = Object.fromEntries(columns);
    return { name, bars };
  });
  return { timeframe: header.timeframe, symbols };
}

describe("the bytes of bars", () => {
  it("give back every bar bit by bit", () => {
    fc.assert(
      fc.property(anyBars, anyBars, (a, b) => {
        const set = {
          timeframe: undefined,
          symbols: [
            { name: "A", bars: a },
            { name: "B", bars: b },
          ],
        };
        expect(decodeBars(encodeBars(set))).toEqual(set);
      }),
    );
  });

  it("are the same whatever the order of the symbols", () => {
    const [a, b] = [flatBars([0, 1], [1, 2]), flatBars([0, 5], [3, 4])];
    const symbols = [
      { name: "A", bars: a },
      { name: "B", bars: b },
    ];
    const bytes = encodeBars({ timeframe: DAILY, symbols });
    expect(encodeBars({ timeframe: DAILY, symbols: symbols.toReversed() })).toEqual(bytes);
  });

  it("make a zero of a negative zero, in either encoding, so that equal bars are equal bytes", () => {
    for (const other of [1, Math.PI]) {
      const negative = encodeBars(setOf(flatBars([0, 1, 2], [-0, other, -0])));
      expect(negative).toEqual(encodeBars(setOf(flatBars([0, 1, 2], [0, other, 0]))));
      expect(Object.is(decodeBars(negative).symbols[0]?.bars.open[0], 0)).toBe(true);
    }
  });

  it("are refused for what is not finite, times that don't rise and columns of different lengths", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(() => encodeBars(setOf(flatBars([0, 1], [1, value])))).toThrow("not finite");
    for (const times of [
      [0, 0],
      [1, 0],
      [0, 0.5],
    ])
      expect(() => encodeBars(setOf(flatBars(times, [1, 2])))).toThrow("later than the one before");
    const short = { ...flatBars([0, 1], [1, 2]), close: Float64Array.of(1) };
    expect(() => encodeBars(setOf(short))).toThrow("different lengths");
    const twice = { timeframe: DAILY, symbols: [...setOf(minutes(1)).symbols, ...setOf(minutes(2)).symbols] };
    expect(() => encodeBars(twice)).toThrow("twice");
    expect(() => encodeBars(setOf(minutes(1), "X".repeat(33)))).toThrow("32 characters");
  });

  it("take a few bytes a bar where prices are whole ticks", () => {
    const bars = minutes(50_000);
    const bytes = encodeBars(setOf(bars));
    expect(bytes.length / 50_000).toBeLessThan(14);
    expect(decodeBars(bytes).symbols[0]?.bars).toEqual(bars);
  });

  it("are refused when they are cut, of another format, or not bars at all", () => {
    const bytes = encodeBars(setOf(minutes(100)));
    expect(() => decodeBars(bytes.subarray(0, -8))).toThrow(RangeError);
    expect(() => decodeHeader(bytes.subarray(0, 40))).toThrow(RangeError);
    expect(() => decodeHeader(bytes.with(4, 9))).toThrow(RangeError);
    expect(() => decodeHeader(bytes.with(16, 0))).toThrow(RangeError);
    expect(() => decodeHeader(new Uint8Array())).toThrow(RangeError);
  });

  it("have a header that the first 64 KiB always hold", () => {
    const bars = { ...flatBars([0, 1], [1e15, 1.00000001]), volume: Float64Array.of(0, 2 ** 52) };
    const names = Array.from({ length: 100 }, (_, at) => `${at}`.padStart(32, "\u0001"));
    const bytes = encodeBars({ timeframe: DAILY, symbols: names.map((name) => ({ name, bars })) });
    expect(decodeHeader(bytes.subarray(0, MAX_HEADER_BYTES)).symbols).toHaveLength(100);
  });
});

describe("rows of a column", () => {
  const bars = minutes(3 * ROWS_PER_BLOCK + 77);
  const floats = { ...bars, open: bars.open.map((value) => value / 3) };
  const bytes = encodeBars({
    timeframe: DAILY,
    symbols: [
      { name: "A", bars },
      { name: "B", bars: floats },
    ],
  });
  const header = decodeHeader(bytes);
  const layout = layoutOf(header);

  it("come from their own range of bytes alone, wherever those begin", () => {
    const row = fc.integer({ min: 0, max: bars.times.length });
    fc.assert(
      fc.property(row, row, fc.constantFrom(...COLUMNS), fc.constantFrom(0, 1), (a, b, column, symbol) => {
        const rows = { symbol, column, from: Math.min(a, b), to: Math.max(a, b) };
        const { offset, length } = layout.rangeOf(rows);
        const odd = new Uint8Array(length + 1);
        odd.set(bytes.subarray(offset, offset + length), 1);
        const expected = (symbol === 0 ? bars : floats)[column].slice(rows.from, rows.to);
        expect(decodeColumn(header, rows, odd.subarray(1))).toEqual(expected);
      }),
    );
  });

  it("take no more bytes than their blocks", () => {
    const one = layout.rangeOf({ symbol: 0, column: "close", from: ROWS_PER_BLOCK, to: ROWS_PER_BLOCK + 1 });
    expect(one.length).toBe(16);
    expect(layout.rangeOf({ symbol: 1, column: "open", from: 5, to: 7 }).length).toBe(16);
    expect(layout.rangeOf({ symbol: 1, column: "open", from: 5, to: 5 }).length).toBe(0);
    expect(layout.bytes).toBe(bytes.length);
  });

  it("that aren't there, or come with the wrong bytes, are refused", () => {
    const rows = { symbol: 0, column: "close" as const };
    const to = bars.times.length + 1;
    for (const wrong of [{ from: 2, to: 1 }, { from: -1 }, { to }, { from: 0.5 }, { symbol: 2 }])
      expect(() => layout.rangeOf({ ...rows, ...wrong })).toThrow(RangeError);
    expect(() => decodeColumn(header, { ...rows, from: 0, to: 9 }, new Uint8Array(8))).toThrow(RangeError);
  });
});
