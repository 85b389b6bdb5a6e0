import type { Bars } from "../bars.ts";
import type { Timeframe } from "../timeframe.ts";
import { bytesOfRows, columnBytes, encodingOf, readColumn, scaleOf, writeColumn } from "./encoding.ts";
import {
  type BarsHeader,
  COLUMNS,
  type ColumnName,
  encodeHeader,
  MAX_SYMBOL_LENGTH,
  MAX_SYMBOLS,
  type SymbolHeader,
} from "./header.ts";

export interface BarSet {
  timeframe: Timeframe | undefined;
  symbols: { name: string; bars: Bars }[];
}

/**
 * A set of bars as bytes, the same for the same bars wherever they came from, so that their SHA-256 names the data: the
 * header, then each symbol's columns, by name and in the order of `COLUMNS`. Values come back bit by bit, but a negative
 * zero as zero. Throws a RangeError for values that aren't finite, times that don't rise or aren't whole ms, columns of
 * different lengths, names twice, too long or too many.
 */
export function encodeBars({ timeframe, symbols }: BarSet): Uint8Array<ArrayBuffer> {
  const sorted = symbols.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  requireNames(sorted.map(({ name }) => name));
  const headers = sorted.map(({ name, bars }) => symbolHeader(name, bars));
  const header = encodeHeader(timeframe, headers);
  const layout = layoutOf({ timeframe, symbols: headers, bytes: header.length });
  const bytes = new Uint8Array(layout.bytes);
  bytes.set(header);
  for (const [at, { bars }] of sorted.entries()) {
    for (const column of COLUMNS) {
      const encoding = headers[at]?.columns[column] ?? { kind: "float" };
      const { offset, length } = layout.rangeOf({ symbol: at, column });
      writeColumn(bars[column], encoding, bytes.subarray(offset, offset + length));
    }
  }
  return bytes;
}

function requireNames(names: readonly string[]): void {
  if (names.length > MAX_SYMBOLS) throw new RangeError(`a set has at most ${MAX_SYMBOLS} symbols`);
  if (new Set(names).size < names.length) throw new RangeError("a symbol is in the set twice");
  if (names.some((name) => name.length > MAX_SYMBOL_LENGTH))
    throw new RangeError(`a symbol has at most ${MAX_SYMBOL_LENGTH} characters`);
}

function symbolHeader(name: string, bars: Bars): SymbolHeader {
  requireBars(bars);
  const { times, open, high, low, close, volume } = bars;
  const price = scaleOf([open, high, low, close]);
  return {
    name,
    rows: times.length,
    columns: {
      times: encodingOf(times, scaleOf([times])),
      open: encodingOf(open, price),
      high: encodingOf(high, price),
      low: encodingOf(low, price),
      close: encodingOf(close, price),
      volume: encodingOf(volume, scaleOf([volume])),
    },
  };
}

function requireBars(bars: Bars): void {
  for (const name of COLUMNS) {
    if (bars[name].length !== bars.times.length) throw new RangeError("columns have different lengths");
    if (!bars[name].every(Number.isFinite)) throw new RangeError(`a value of ${name} is not finite`);
  }
  let last = Number.NEGATIVE_INFINITY;
  for (const time of bars.times) {
    if (time <= last || !Number.isSafeInteger(time))
      throw new RangeError("times are whole ms, each later than the one before");
    last = time;
  }
}

/** A column of a symbol, by its place in the header, and which of its rows: all by default, else [from, to). */
export interface ColumnRows {
  symbol: number;
  column: ColumnName;
  from?: number;
  to?: number;
}

/** A range of an object as R2 takes it. */
export interface ByteRange {
  offset: number;
  length: number;
}

export interface Layout {
  /** Of the whole set. */
  bytes: number;
  /** The bytes to read for rows of a column. Throws a RangeError for rows that aren't there. */
  rangeOf(rows: ColumnRows): ByteRange;
}

/** Where everything stands in a set, by its header alone. */
export function layoutOf(header: BarsHeader): Layout {
  const starts: Record<ColumnName, number>[] = [];
  let end = header.bytes;
  for (const { rows, columns } of header.symbols) {
    const of: Partial<Record<ColumnName, number>> = {};
    for (const column of COLUMNS) {
      of[column] = end;
      end += columnBytes(columns[column], rows);
    }
    starts.push({ times: end, open: end, high: end, low: end, close: end, volume: end, ...of });
  }
  return {
    bytes: end,
    rangeOf(rows) {
      const { encoding, from, to } = requireRows(header, rows);
      const range = bytesOfRows(encoding, from, to);
      const start = starts[rows.symbol]?.[rows.column] ?? 0;
      return { offset: start + range.start, length: range.end - range.start };
    },
  };
}

function requireRows(header: BarsHeader, { symbol, column, from = 0, to }: ColumnRows) {
  const of = header.symbols[symbol];
  if (of === undefined) throw new RangeError("there is no such symbol in the set");
  const end = to ?? of.rows;
  if (!(Number.isInteger(from) && Number.isInteger(end) && from >= 0 && from <= end && end <= of.rows))
    throw new RangeError(`rows ${from} to ${end} of ${of.rows} are not there`);
  return { encoding: of.columns[column], from, to: end };
}

/** Rows of a column from the bytes of `rangeOf`, wherever they begin. Throws a RangeError for another number of bytes. */
export function decodeColumn(
  header: BarsHeader,
  rows: ColumnRows,
  bytes: Uint8Array,
): Float64Array<ArrayBuffer> {
  const { encoding, from, to } = requireRows(header, rows);
  const { start, end } = bytesOfRows(encoding, from, to);
  if (bytes.length !== end - start) throw new RangeError("these are not the bytes of the rows");
  return readColumn(encoding, from, to, bytes.byteOffset % 8 === 0 ? bytes : bytes.slice());
}
