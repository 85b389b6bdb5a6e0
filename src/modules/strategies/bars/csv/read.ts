import type { Bars } from "../bars.ts";
import { cleaned } from "../clean.ts";
import { MAX_SYMBOL_LENGTH, MAX_SYMBOLS } from "../columns/header.ts";
import { Findings } from "../findings.ts";
import { TimeZone } from "../time-zone.ts";
import { type DateOrder, readMoment } from "./dates.ts";
import { type Columns, type CsvMapping, columnsOf, type Role } from "./mapping.ts";
import { Moments } from "./moments.ts";
import { type Decimal, decimalOf, readNumber } from "./numbers.ts";
import { type CsvOptions, MAX_BARS } from "./options.ts";
import { PRICES, RowColumns } from "./raw-rows.ts";
import { CsvRefusal } from "./refusal.ts";
import { type CsvRow, CsvRows, type Delimiter } from "./rows.ts";

/** Rows that are looked at before the decimal mark is chosen. */
const SAMPLE_ROWS = 500;
/** Lines of names that some programs write below the header. */
const MAX_HEADER_LINES = 4;

const NUMBERS = [...PRICES, "adjusted_close", "volume"] as const;

/** How a file was understood. */
export interface CsvDialect {
  mapping: CsvMapping;
  delimiter: Delimiter;
  decimal: Decimal;
  /** Undefined where the dates left no choice. */
  date_order: DateOrder | undefined;
  time_zone: string;
  /** Whether the bars have no times of day; they are midnight UTC then. */
  only_days: boolean;
}

export interface SymbolBars {
  /** Empty where the file has no column for it. */
  symbol: string;
  bars: Bars;
  /** The file's row of each bar. */
  rows: Float64Array;
}

export interface CsvReading {
  dialect: CsvDialect;
  /** By name. */
  symbols: SymbolBars[];
  /** Rows of data in the file. */
  rows: number;
  findings: Findings;
}

/**
 * Reads bars from a CSV that comes in pieces. Rows that can't be understood are left out and found; a file that can't be
 * throws a `CsvRefusal`, whose message says what to do.
 */
export class CsvBarReader {
  readonly #options: CsvOptions;
  readonly #zone: TimeZone;
  readonly #lines: CsvRows;
  readonly #moments: Moments;
  readonly #findings = new Findings();
  readonly #symbols = new Map<string, RowColumns>();
  readonly #sample: CsvRow[] = [];
  readonly #numbers = { open: 0, high: 0, low: 0, close: 0, adjusted_close: 0, volume: 0 };
  #columns: Columns | undefined;
  #decimal: Decimal | undefined;
  #isSampled = false;
  #rows = 0;
  #read = 0;

  constructor(options: CsvOptions = {}) {
    this.#options = options;
    this.#zone = zoneOf(options.time_zone ?? "UTC");
    this.#lines = new CsvRows(options.delimiter);
    this.#moments = new Moments(options.date_order);
    this.#decimal = options.decimal;
  }

  write(text: string): void {
    for (const row of this.#lines.take(text)) this.#take(row);
  }

  end(): CsvReading {
    for (const row of this.#lines.end()) this.#take(row);
    const delimiter = this.#lines.delimiter;
    if (this.#columns === undefined || delimiter === undefined)
      throw new CsvRefusal("empty", "the file is empty");
    this.#readSample(this.#columns, delimiter);
    if (this.#read === 0)
      throw new CsvRefusal("no_rows", "no row has a date and numbers that could be understood");
    const order = this.#moments.order;
    const symbols = [...this.#symbols.keys()].sort().map((symbol) => this.#barsOf(symbol));
    const dialect = {
      mapping: this.#columns.mapping,
      delimiter,
      decimal: this.#decimal ?? ".",
      date_order: order,
      time_zone: this.#zone.name,
      only_days: this.#moments.onlyDays,
    };
    return { dialect, symbols, rows: this.#rows, findings: this.#findings };
  }

  #take(row: CsvRow): void {
    if (this.#columns === undefined) {
      this.#columns = columnsOf(row.cells, this.#options.mapping ?? {});
      if (this.#columns.hasHeader) return;
    }
    if (this.#rows >= MAX_BARS)
      throw new CsvRefusal("too_many_rows", `a file has at most ${MAX_BARS} rows of data`);
    this.#rows += 1;
    if (this.#isSampled) {
      this.#readRow(row, this.#columns);
      return;
    }
    this.#sample.push(row);
    const delimiter = this.#lines.delimiter;
    if (this.#sample.length >= SAMPLE_ROWS && delimiter) this.#readSample(this.#columns, delimiter);
  }

  /** Chooses the decimal mark by the rows that waited for it, and reads them. */
  #readSample(columns: Columns, delimiter: Delimiter): void {
    const rows = withoutHeaderLines(this.#sample.splice(0), columns);
    this.#isSampled = true;
    this.#decimal ??= decimalOf(numberCells(rows, columns), delimiter);
    for (const row of rows) this.#readRow(row, columns);
  }

  #readRow({ number, cells }: CsvRow, { at }: Columns): void {
    const cellOf = (role: Role) => cells[at[role] ?? -1] ?? "";
    const symbol = cellOf("symbol");
    const [date, time] = [cellOf("date"), cellOf("time")];
    const moment = readMoment(date, time);
    const wrong = moment === undefined ? "date" : this.#readNumbers(cellOf);
    if (moment === undefined || wrong !== undefined) {
      const cell = wrong === undefined || wrong === "date" ? `${date} ${time}`.trim() : cellOf(wrong);
      const place = { row: number, symbol: symbol.slice(0, MAX_SYMBOL_LENGTH) };
      this.#findings.add("row_unreadable", place, () => `${JSON.stringify(cell)} as ${wrong}`);
      return;
    }
    const columns = this.#columnsFor(symbol, number);
    columns.moment.push(this.#moments.keep(moment, number));
    columns.offset.push(moment.offset ?? 0);
    const { adjusted_close: adjusted, close } = this.#numbers;
    const factor = this.#options.prices === "adjusted" ? adjusted / close : 1;
    for (const role of PRICES) columns[role].push(this.#numbers[role] * factor);
    columns.volume.push(this.#numbers.volume);
    columns.rows.push(number);
    this.#read += 1;
  }

  /** Puts a row's numbers into `#numbers`, NaN where there is none; gives the role of a cell that holds something else. */
  #readNumbers(cellOf: (role: Role) => string): Role | undefined {
    for (const role of NUMBERS) {
      const value = readNumber(cellOf(role), this.#decimal ?? ".");
      if (value === undefined) return role;
      this.#numbers[role] = value;
    }
    return undefined;
  }

  #columnsFor(symbol: string, row: number): RowColumns {
    const known = this.#symbols.get(symbol);
    if (known !== undefined) return known;
    if (this.#symbols.size >= MAX_SYMBOLS)
      throw new CsvRefusal("too_many_symbols", `a file has at most ${MAX_SYMBOLS} symbols`, row);
    if (symbol.length > MAX_SYMBOL_LENGTH)
      throw new CsvRefusal("cell_too_long", `a symbol has at most ${MAX_SYMBOL_LENGTH} characters`, row);
    const columns = new RowColumns();
    this.#symbols.set(symbol, columns);
    return columns;
  }

  #barsOf(symbol: string): SymbolBars {
    const columns = this.#symbols.get(symbol) ?? new RowColumns();
    this.#symbols.delete(symbol);
    const rows = columns.rows.drain();
    const times = columns.moment.drain();
    const report = { findings: this.#findings, symbol, rows };
    this.#moments.resolve(times, columns.offset.drain(), this.#zone, report);
    const [open, high, low, close] = PRICES.map((role) => columns[role].drain());
    const none = new Float64Array();
    const raw = {
      times,
      open: open ?? none,
      high: high ?? none,
      low: low ?? none,
      close: close ?? none,
      volume: columns.volume.drain(),
      rows,
    };
    return { symbol, ...cleaned(raw, symbol, this.#findings) };
  }
}

/** Reads bars from the whole text of a CSV, as `CsvBarReader` does. */
export function readCsv(text: string, options: CsvOptions = {}): CsvReading {
  const reader = new CsvBarReader(options);
  reader.write(text);
  return reader.end();
}

function zoneOf(name: string): TimeZone {
  try {
    return new TimeZone(name);
  } catch {
    throw new CsvRefusal(
      "zone_unknown",
      `${JSON.stringify(name)} is no time zone; one is "America/New_York"`,
    );
  }
}

/** The rows from the first one on that has a date; at most a few names may stand before it. */
function withoutHeaderLines(rows: CsvRow[], { at, hasHeader }: Columns): CsvRow[] {
  const first = rows.findIndex(({ cells }) => readMoment(cells[at.date ?? 0] ?? "") !== undefined);
  const names = hasHeader && first > 0 && first < MAX_HEADER_LINES;
  const isName = ({ cells }: CsvRow) => readNumber(cells[at.close ?? 0] ?? "", ".") === undefined;
  return names &&
    rows.slice(0, first).every((row) => isName(row) || row.cells.slice(1).every((c) => c === ""))
    ? rows.slice(first)
    : rows;
}

function* numberCells(rows: readonly CsvRow[], { at }: Columns): Generator<string> {
  for (const { cells } of rows) {
    for (const role of NUMBERS) yield cells[at[role] ?? -1] ?? "";
  }
}
