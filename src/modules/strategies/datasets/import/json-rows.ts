import { cellOf, jsonOf, type ProviderRow, UnreadableAnswer } from "./provider.ts";

/** A field of a row by its name, which may be a path with dots, or its number in a row that is a list, the first being 0. */
export type JsonField = string | number;
export type JsonMapping = Record<Exclude<keyof ProviderRow, "symbol" | "time">, JsonField>;

/** The bars of a JSON answer: the list at the path, each of its rows by the mapping. */
export function jsonRows(
  answer: Uint8Array,
  { mapping, path, symbol }: { symbol: string; path: string; mapping: JsonMapping },
): ProviderRow[] {
  const rows = path === "" ? jsonOf(answer) : valueAt(jsonOf(answer), keysOf(path, symbol));
  if (rows === null || rows === undefined)
    throw new UnreadableAnswer(`has nothing at ${JSON.stringify(path)}`);
  if (!Array.isArray(rows)) throw new UnreadableAnswer(`has no list at ${JSON.stringify(path)}`);
  const cell = (row: unknown, field: JsonField) =>
    cellOf(typeof field === "number" ? valueAt(row, [field]) : valueAt(row, field.split(".")));
  return rows.map((row: unknown) => ({
    ...{ symbol, time: "" },
    ...{ date: cell(row, mapping.date), open: cell(row, mapping.open), high: cell(row, mapping.high) },
    ...{ low: cell(row, mapping.low), close: cell(row, mapping.close), volume: cell(row, mapping.volume) },
  }));
}

/** A symbol is one key, dots and all. */
const keysOf = (path: string, symbol: string): string[] =>
  path.split(".").map((key) => key.replaceAll("{symbol}", symbol));

function valueAt(value: unknown, keys: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of keys) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
