import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import type { Bars } from "../bars/bars.ts";
import { decodeColumn, layoutOf } from "../bars/columns/bar-set.ts";
import {
  type BarsHeader,
  COLUMNS,
  type ColumnName,
  decodeHeader,
  MAX_HEADER_BYTES,
} from "../bars/columns/header.ts";
import { spanWithin } from "../bars/slice.ts";
import { datasetGone, datasetNotFound } from "./errors.ts";
import { type Dataset, findDataset } from "./store.ts";

/** A data set of the desk; 404 for any other. It asks for no permission. */
export async function openDataset({ db }: Platform, desk: DeskId, id: string): Promise<Dataset> {
  const dataset = await findDataset(db, desk, id);
  if (dataset === undefined) throw datasetNotFound();
  return dataset;
}

/** Times in ms since 1970, both included. */
export interface TimeSpan {
  from?: number;
  to?: number;
}

/** The bars of a symbol within a span: two reads of R2, of no more than the header and that symbol's columns. */
export async function readBars(
  platform: Platform,
  dataset: Dataset,
  symbol: string,
  span: TimeSpan = {},
): Promise<Bars> {
  const header = await readHeader(platform, dataset);
  const at = header.symbols.findIndex(({ name }) => name === symbol);
  const layout = layoutOf(header);
  const start = layout.rangeOf({ symbol: at, column: "times" }).offset;
  const last = layout.rangeOf({ symbol: at, column: "volume" });
  const bytes = await readRange(platform, dataset, start, last.offset + last.length - start);
  const columnOf = (column: ColumnName) => {
    const { length, offset } = layout.rangeOf({ symbol: at, column });
    return decodeColumn(
      header,
      { symbol: at, column },
      bytes.subarray(offset - start, offset - start + length),
    );
  };
  const times = columnOf("times");
  const { from, to } = spanWithin(times, span);
  const cut = (column: ColumnName) => columnOf(column).slice(from, to);
  const [open, high, low] = [cut("open"), cut("high"), cut("low")];
  return { times: times.slice(from, to), open, high, low, close: cut("close"), volume: cut("volume") };
}

/** Rows of a symbol from `at` on, `limit` at most, and the row of the first time that is not before `from`. */
export async function readRows(
  platform: Platform,
  dataset: Dataset,
  symbol: string,
  { at, limit, ...span }: TimeSpan & { at: number | undefined; limit: number },
): Promise<{ bars: Bars; first: number; has_more: boolean }> {
  const header = await readHeader(platform, dataset);
  const place = header.symbols.findIndex(({ name }) => name === symbol);
  const layout = layoutOf(header);
  const rowsOf = async (column: ColumnName, rows: { from?: number; to?: number }) => {
    const asked = { symbol: place, column, ...rows };
    const { length, offset } = layout.rangeOf(asked);
    return decodeColumn(header, asked, await readRange(platform, dataset, offset, length));
  };
  const times = await rowsOf("times", {});
  const { from, to: end } = spanWithin(times, span);
  const first = Math.min(end, at ?? from);
  const rows = { from: first, to: Math.min(end, first + limit) };
  const columns = await Promise.all(
    COLUMNS.map(
      async (name) =>
        [name, name === "times" ? times.slice(rows.from, rows.to) : await rowsOf(name, rows)] as const,
    ),
  );
  const none = new Float64Array(0);
  const bars = {
    times: none,
    open: none,
    high: none,
    low: none,
    close: none,
    volume: none,
    ...Object.fromEntries(columns),
  };
  return { bars, first, has_more: rows.to < end };
}

async function readHeader(platform: Platform, dataset: Dataset): Promise<BarsHeader> {
  return decodeHeader(await readRange(platform, dataset, 0, Math.min(MAX_HEADER_BYTES, dataset.size_bytes)));
}

async function readRange(
  { files }: Platform,
  { object_key }: Dataset,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array(0);
  const object = await files.get(object_key, { range: { offset, length } });
  if (object === null) throw datasetGone();
  return new Uint8Array(await object.arrayBuffer());
}
