import { readMoment } from "./dates.ts";
import { CsvRefusal } from "./refusal.ts";

/** What a column can be. `date` may hold the time as well; `adjusted_close` is the close without splits and dividends. */
export const ROLES = [
  "date",
  "time",
  "symbol",
  "open",
  "high",
  "low",
  "close",
  "adjusted_close",
  "volume",
] as const;
export type Role = (typeof ROLES)[number];

/** A column by its name in the header, or by its number, the first being 1. */
export type CsvMapping = Partial<Record<Role, string | number>>;

/** Where the columns stand (the first at 0), and whether the first row is data already. */
export interface Columns {
  at: Partial<Record<Role, number>>;
  hasHeader: boolean;
  /** As given or guessed, in words: the name in the header or, without one, the number. */
  mapping: CsvMapping;
}

const NEEDED = ["date", "open", "high", "low", "close"] as const;

/** Names without marks and in small letters; the better ones first. */
const NAMES: Record<Role, readonly string[]> = {
  date: [
    "datetime",
    "dateandtime",
    "timestamp",
    "date",
    "opentime",
    "gmttime",
    "localtime",
    "timeutc",
    "dateutc",
    "unix",
    "unixtime",
    "unixtimestamp",
    "epoch",
    "day",
    "datum",
  ],
  time: ["time", "timeofday", "hour"],
  symbol: ["symbol", "ticker", "instrument", "isin"],
  open: ["open", "o", "openprice", "opening", "openbid", "erffnung", "eroffnung", "1open"],
  high: ["high", "h", "highprice", "max", "hoch", "2high"],
  low: ["low", "l", "lowprice", "min", "tief", "3low"],
  close: [
    "close",
    "c",
    "closeprice",
    "closelast",
    "last",
    "lastprice",
    "price",
    "schluss",
    "schlusskurs",
    "4close",
  ],
  adjusted_close: ["adjclose", "adjustedclose", "adjcloseprice", "closeadjusted"],
  volume: ["volume", "vol", "v", "tickvolume", "tickvol", "volumen", "umsatz", "5volume", "stcke"],
};

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/**
 * The columns of a file by its first row: as given, and for the rest by the header's names; an unnamed first column is the
 * date. Without a header the order is date, time (if it is one), open, high, low, close, volume. Throws a `CsvRefusal`.
 */
export function columnsOf(first: readonly string[], given: CsvMapping): Columns {
  const hasHeader = !isData(first);
  const at = hasHeader ? byName(first) : byOrder(first);
  for (const role of ROLES) {
    const column = given[role];
    if (column !== undefined) at[role] = placeOf(column, first, hasHeader);
  }
  const missing = NEEDED.filter((role) => at[role] === undefined);
  if (missing.length > 0)
    throw new CsvRefusal(
      "columns_missing",
      `no column was found for ${missing.join(", ")}: give "mapping" with the names or numbers of the columns`,
    );
  const mapping: CsvMapping = {};
  for (const role of ROLES) {
    const place = at[role];
    if (place !== undefined) mapping[role] = (hasHeader && first[place]) || place + 1;
  }
  return { at, hasHeader, mapping };
}

/** A date and numbers, as no header has. */
const isData = (cells: readonly string[]) =>
  cells.some((cell) => readMoment(cell) !== undefined) && cells.filter((cell) => /\d/.test(cell)).length >= 4;

function byName(header: readonly string[]): Columns["at"] {
  const names = header.map(plain);
  const at: Columns["at"] = {};
  for (const role of ROLES) {
    const place = NAMES[role].map((name) => names.indexOf(name)).find((found) => found >= 0);
    if (place !== undefined) at[role] = place;
  }
  if (at.date === undefined && at.time !== undefined) {
    at.date = at.time;
    delete at.time;
  }
  // A table written with its index, as pandas does, has no name above the dates; yfinance has "Price" there.
  const isIndex = names[0] === "" || (names[0] === "price" && at.close !== 0);
  if (at.date === undefined && isIndex) at.date = 0;
  return at;
}

function byOrder(cells: readonly string[]): Columns["at"] {
  const date = cells.findIndex((cell) => readMoment(cell) !== undefined);
  const hasTime = /^\d{1,2}:\d{2}/.test(cells[date + 1] ?? "");
  const open = date + (hasTime ? 2 : 1);
  return {
    date,
    ...(hasTime ? { time: date + 1 } : {}),
    ...(date === 1 ? { symbol: 0 } : {}),
    open,
    high: open + 1,
    low: open + 2,
    close: open + 3,
    ...(cells.length > open + 4 ? { volume: open + 4 } : {}),
  };
}

function placeOf(column: string | number, first: readonly string[], hasHeader: boolean): number {
  const place = typeof column === "number" ? column - 1 : hasHeader ? nameAt(column, first) : -1;
  if (Number.isInteger(place) && place >= 0 && place < first.length) return place;
  throw new CsvRefusal(
    "column_unknown",
    `there is no column ${JSON.stringify(column)}; the first row is: ${first.slice(0, 20).join(" | ")}`,
  );
}

function nameAt(column: string, header: readonly string[]): number {
  const exact = header.indexOf(column);
  return exact >= 0 ? exact : header.map(plain).indexOf(plain(column));
}
