import { type BarsReport, examine } from "../report.ts";
import { TimeZone } from "../time-zone.ts";
import type { CsvDialect, CsvReading } from "./read.ts";

/** Bars of each symbol that a preview shows, and symbols. */
const SHOWN_BARS = 10;
const SHOWN_SYMBOLS = 5;

export interface PreviewBar {
  symbol: string;
  /** In the file, the header's being 1. */
  row: number;
  time: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** How a file would be taken, for a look before anything is kept. */
export interface CsvPreview {
  dialect: CsvDialect;
  /** Rows of data in the file; bars can be fewer. */
  rows: number;
  first: PreviewBar[];
  report: BarsReport;
}

export function previewOf({ dialect, symbols, rows, findings }: CsvReading): CsvPreview {
  const first = symbols.slice(0, SHOWN_SYMBOLS).flatMap(({ symbol, bars, rows: numbers }) =>
    Array.from(bars.times.subarray(0, SHOWN_BARS), (time, at) => ({
      symbol,
      row: numbers[at] ?? 0,
      time: new Date(time).toISOString(),
      open: bars.open[at] ?? 0,
      high: bars.high[at] ?? 0,
      low: bars.low[at] ?? 0,
      close: bars.close[at] ?? 0,
      volume: bars.volume[at] ?? 0,
    })),
  );
  const zone = new TimeZone(dialect.time_zone);
  return { dialect, rows, first, report: examine(symbols, { found: findings, zone }) };
}
