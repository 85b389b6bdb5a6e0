/** Rows of a scaled column that begin anew with a whole value, so that a reader can start there. */
export const ROWS_PER_BLOCK = 4096;
const BASE_BYTES = Float64Array.BYTES_PER_ELEMENT;
/** Decimals that prices are tried with; 10^8 is the smallest part of most coins. */
const MAX_DECIMALS = 8;

/** Bytes of the difference of a row from the row before. */
export type DeltaWidth = 1 | 2 | 4;

/**
 * How a column is kept: `float` as doubles, or `scaled`: each value is a whole number times `unit` / 10^`decimals`, exactly,
 * and kept as its difference, of `width` bytes, from the one before.
 */
export type ColumnEncoding =
  | { kind: "float" }
  | { kind: "scaled"; decimals: number; unit: number; width: DeltaWidth };

/** The largest step that divides all values: `unit` / 10^`decimals`. */
export interface Scale {
  decimals: number;
  unit: number;
}

const powerOf = (decimals: number) => 10 ** decimals;

/** The whole number that stands for a value; only for a scale that holds it. */
const wholeOf = (value: number, { decimals, unit }: Scale) => Math.round(value * powerOf(decimals)) / unit;

/**
 * The coarsest scale that holds every value of the columns exactly: a quotient of integers below 2^53 is rounded once, as the
 * decimal text is. Undefined where there is none of up to 8 decimals.
 */
export function scaleOf(columns: readonly Float64Array[]): Scale | undefined {
  const decimals = decimalsOf(columns);
  if (decimals === undefined) return undefined;
  const power = powerOf(decimals);
  let unit = 0;
  for (const column of columns) {
    for (const value of column) {
      const whole = Math.round(value * power);
      if (whole / power !== value || !Number.isSafeInteger(whole)) return undefined;
      if (unit !== 1) unit = greatestDivisor(Math.abs(whole), unit);
    }
  }
  return { decimals, unit: unit || 1 };
}

function decimalsOf(columns: readonly Float64Array[]): number | undefined {
  let decimals = 0;
  for (const column of columns) {
    for (const value of column) {
      while (Math.round(value * powerOf(decimals)) / powerOf(decimals) !== value) {
        decimals += 1;
        if (decimals > MAX_DECIMALS) return undefined;
      }
    }
  }
  return decimals;
}

function greatestDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** How to keep a column of a scale, which differences beyond 32 bits leave as doubles. */
export function encodingOf(column: Float64Array, scale: Scale | undefined): ColumnEncoding {
  if (scale === undefined) return { kind: "float" };
  let largest = 0;
  for (let row = 1; row < column.length; row += 1) {
    const delta = wholeOf(column[row] ?? 0, scale) - wholeOf(column[row - 1] ?? 0, scale);
    largest = Math.max(largest, delta < 0 ? -1 - delta : delta);
  }
  if (largest >= 2 ** 31) return { kind: "float" };
  const width = largest < 2 ** 7 ? 1 : largest < 2 ** 15 ? 2 : 4;
  return { kind: "scaled", ...scale, width };
}

const aligned = (bytes: number) => Math.ceil(bytes / BASE_BYTES) * BASE_BYTES;

/** The bytes of a column's first `rows` rows, the rest of their last block aside; a multiple of 8. */
function bytesUpTo(encoding: ColumnEncoding, rows: number): number {
  if (encoding.kind === "float") return rows * BASE_BYTES;
  const blocks = Math.floor(rows / ROWS_PER_BLOCK);
  const rest = rows % ROWS_PER_BLOCK;
  const whole = blocks * (BASE_BYTES + ROWS_PER_BLOCK * encoding.width);
  return whole + (rest === 0 ? 0 : BASE_BYTES + aligned(rest * encoding.width));
}

/** The bytes of a column of so many rows. */
export const columnBytes = bytesUpTo;

/** The first row of the block that a row is in; every row of a float column is its own. */
const firstRowFor = (encoding: ColumnEncoding, row: number): number =>
  encoding.kind === "float" ? row : row - (row % ROWS_PER_BLOCK);

/** Where the bytes begin and end that rows [from, to) are read from, counted from the column's start. */
export function bytesOfRows(
  encoding: ColumnEncoding,
  from: number,
  to: number,
): { start: number; end: number } {
  if (to <= from) return { start: 0, end: 0 };
  return { start: bytesUpTo(encoding, firstRowFor(encoding, from)), end: bytesUpTo(encoding, to) };
}

function deltaView(bytes: Uint8Array, at: number, count: number, width: DeltaWidth) {
  const start = bytes.byteOffset + at;
  if (width === 1) return new Int8Array(bytes.buffer, start, count);
  return width === 2
    ? new Int16Array(bytes.buffer, start, count)
    : new Int32Array(bytes.buffer, start, count);
}

/** Writes a column to bytes that begin at a multiple of 8 of their buffer. Little-endian, as every platform of ours is. */
export function writeColumn(column: Float64Array, encoding: ColumnEncoding, bytes: Uint8Array): void {
  if (encoding.kind === "float") {
    const values = new Float64Array(bytes.buffer, bytes.byteOffset, column.length);
    // Adding zero makes a zero of a negative one, so that equal bars are equal bytes.
    for (let row = 0; row < column.length; row += 1) values[row] = (column[row] ?? 0) + 0;
    return;
  }
  for (let from = 0; from < column.length; from += ROWS_PER_BLOCK) {
    const rows = Math.min(ROWS_PER_BLOCK, column.length - from);
    const at = bytesUpTo(encoding, from);
    let last = wholeOf(column[from] ?? 0, encoding);
    new Float64Array(bytes.buffer, bytes.byteOffset + at, 1)[0] = last + 0;
    const deltas = deltaView(bytes, at + BASE_BYTES, rows, encoding.width);
    for (let row = 0; row < rows; row += 1) {
      const whole = wholeOf(column[from + row] ?? 0, encoding);
      deltas[row] = whole - last;
      last = whole;
    }
  }
}

/** Reads rows [from, to) from the bytes that `bytesOfRows` names, which begin at a multiple of 8 of their buffer. */
export function readColumn(
  encoding: ColumnEncoding,
  from: number,
  to: number,
  bytes: Uint8Array,
): Float64Array<ArrayBuffer> {
  const values = new Float64Array(Math.max(0, to - from));
  if (values.length === 0) return values;
  if (encoding.kind === "float") {
    values.set(new Float64Array(bytes.buffer, bytes.byteOffset, values.length));
    return values;
  }
  const { decimals, unit, width } = encoding;
  const power = powerOf(decimals);
  for (let block = firstRowFor(encoding, from); block < to; block += ROWS_PER_BLOCK) {
    const rows = Math.min(ROWS_PER_BLOCK, to - block);
    const at = bytesUpTo(encoding, block - firstRowFor(encoding, from));
    let whole = new Float64Array(bytes.buffer, bytes.byteOffset + at, 1)[0] ?? 0;
    const deltas = deltaView(bytes, at + BASE_BYTES, rows, width);
    for (let row = 0; row < rows; row += 1) {
      whole += deltas[row] ?? 0;
      if (block + row >= from) values[block + row - from] = (whole * unit) / power;
    }
  }
  return values;
}
