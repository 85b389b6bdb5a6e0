import { z } from "zod";
import { formatTimeframe, parseTimeframe, type Timeframe } from "../timeframe.ts";
import type { ColumnEncoding } from "./encoding.ts";

/** Changes whenever older bytes would be misread. */
const FORMAT = 1;
const MAGIC = 0x53524142; // "BARS"
/** Magic, format, bytes of the JSON, nothing; u32 each. */
const PREAMBLE = 16;

/** A set's header is never longer, so that reading so many bytes reads it. */
export const MAX_HEADER_BYTES = 64 * 1024;
export const MAX_SYMBOLS = 100;
export const MAX_SYMBOL_LENGTH = 32;
const MAX_ROWS = 2 ** 31;

export const COLUMNS = ["times", "open", "high", "low", "close", "volume"] as const;
export type ColumnName = (typeof COLUMNS)[number];

export interface SymbolHeader {
  name: string;
  rows: number;
  columns: Record<ColumnName, ColumnEncoding>;
}

export interface BarsHeader {
  /** Undefined for bars without a regular distance. */
  timeframe: Timeframe | undefined;
  /** By name. */
  symbols: SymbolHeader[];
  /** Where the first column begins. */
  bytes: number;
}

const encodingSchema = z.union([
  z.strictObject({ kind: z.literal("float") }),
  z.strictObject({
    kind: z.literal("scaled"),
    decimals: z.int().min(0).max(8),
    unit: z.int().min(1),
    width: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  }),
]);

const columnsSchema = z.strictObject({
  times: encodingSchema,
  open: encodingSchema,
  high: encodingSchema,
  low: encodingSchema,
  close: encodingSchema,
  volume: encodingSchema,
}) satisfies z.ZodType<Record<ColumnName, ColumnEncoding>>;

const headerSchema = z.strictObject({
  timeframe: z.string().nullable(),
  symbols: z
    .array(
      z.strictObject({
        name: z.string().max(MAX_SYMBOL_LENGTH),
        rows: z.int().min(0).max(MAX_ROWS),
        columns: columnsSchema,
      }),
    )
    .max(MAX_SYMBOLS),
});

/** The header's bytes, a multiple of 8: a preamble, then JSON whose names stand in one order. */
export function encodeHeader(
  timeframe: Timeframe | undefined,
  symbols: readonly SymbolHeader[],
): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify({
    timeframe: timeframe === undefined ? null : formatTimeframe(timeframe),
    symbols: symbols.map(({ name, rows, columns }) => ({
      name,
      rows,
      columns: Object.fromEntries(COLUMNS.map((column) => [column, ordered(columns[column])])),
    })),
  });
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(lengthFor(text.length));
  if (bytes.length > MAX_HEADER_BYTES) throw new RangeError("the header of the set is too long");
  new Uint32Array(bytes.buffer, 0, 3).set([MAGIC, FORMAT, text.length]);
  bytes.set(text, PREAMBLE);
  return bytes;
}

const ordered = (encoding: ColumnEncoding): ColumnEncoding =>
  encoding.kind === "float"
    ? { kind: "float" }
    : { kind: "scaled", decimals: encoding.decimals, unit: encoding.unit, width: encoding.width };

const lengthFor = (jsonBytes: number) => Math.ceil((PREAMBLE + jsonBytes) / 8) * 8;

const wrong = () => new RangeError("the bytes are no bars, or of another format");

/** The header of a set from its first bytes: `MAX_HEADER_BYTES` of them, or all. Throws a RangeError for other bytes. */
export function decodeHeader(bytes: Uint8Array): BarsHeader {
  if (bytes.length < PREAMBLE) throw wrong();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [magic, format, length] = [0, 4, 8].map((at) => view.getUint32(at, true));
  if (magic !== MAGIC || format !== FORMAT || length === undefined) throw wrong();
  if (lengthFor(length) > Math.min(bytes.length, MAX_HEADER_BYTES)) throw wrong();
  const parsed = headerSchema.safeParse(jsonOf(bytes.subarray(PREAMBLE, PREAMBLE + length)));
  if (!parsed.success) throw wrong();
  const { timeframe: written, symbols } = parsed.data;
  const timeframe = written === null ? undefined : parseTimeframe(written);
  if (written !== null && timeframe === undefined) throw wrong();
  return { timeframe, symbols, bytes: lengthFor(length) };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw wrong();
  }
}
