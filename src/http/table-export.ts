import { z } from "@hono/zod-openapi";
import { writeCsvStream } from "hucre/csv";
import { writeXlsxStream } from "hucre/xlsx";
import type { Log } from "../platform/log.ts";
import { loggedFailure, textStream } from "./streams.ts";

const FORMATS = ["csv", "json", "xlsx"] as const;
export type TableFormat = (typeof FORMATS)[number];

const TYPES: Record<TableFormat, string> = {
  csv: "text/csv",
  json: "application/json",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** What a spreadsheet takes in one cell. */
const MAX_CELL_CHARACTERS = 32_767;
/** Rows of JSON are gathered up to about this length, since each chunk of a stream has its price. */
const CHUNK_CHARACTERS = 65_536;

/** What a cell is made of. An object is written as JSON; what is not there leaves the cell empty. */
export type Cell = string | number | boolean | object | null | undefined;

/** How things of one kind are shown: as cells under these columns, or each as an object of JSON. */
export interface Table<T> {
  /** The name of a workbook's sheet, at most 31 characters. */
  sheet: string;
  columns: string[];
  cellsOf(one: T): Cell[];
  viewOf(one: T): object;
}

export interface TableFile {
  name: string;
  type: string;
  body: ReadableStream<Uint8Array>;
}

/** The `format` in the query of an export. */
export const formatQuery = z.enum(FORMATS).default("csv").openapi({ example: "csv" });

/** What a route declares that answers with a table, whose things have this schema as JSON. */
export function tableContent<T extends z.ZodType>(view: T) {
  const text = { schema: z.string() };
  return { [TYPES.csv]: text, [TYPES.xlsx]: text, [TYPES.json]: { schema: z.array(view) } };
}

/**
 * The table as a file that is written while it is taken: `things` is asked for more only then, and is ended when the
 * client goes away. No text of it is a formula to a spreadsheet; a file that broke off is logged, and its stream fails.
 */
export function tableFile<T>(
  log: Log,
  table: Table<T>,
  things: AsyncIterable<T>,
  { format, name }: { format: TableFormat; name: string },
): TableFile {
  return {
    name: `${name}.${format}`,
    type: TYPES[format],
    body: bodyOf(format, table, loggedFailure(log, things)),
  };
}

export function tableAnswer({ body, name, type }: TableFile): Response {
  return new Response(body, {
    headers: { "content-type": type, "content-disposition": `attachment; filename="${name}"` },
  });
}

function bodyOf<T>(
  format: TableFormat,
  { cellsOf, columns, sheet, viewOf }: Table<T>,
  things: AsyncIterable<T>,
): ReadableStream<Uint8Array> {
  if (format === "json") return textStream(jsonText(viewOf, things));
  if (format === "csv") return writeCsvStream(rowsOf(cellsOf, things, inertText), { headers: columns });
  const options = { name: sheet, columns: columns.map((header) => ({ header })) };
  return paced(rowsOf(cellsOf, things, workbookText), (rows) => writeXlsxStream(rows, options));
}

/**
 * Holds rows back until the file's reader waits for more: the runtime's CompressionStream, which a workbook goes
 * through, takes and keeps whatever it is given.
 */
function paced<T>(
  rows: AsyncIterable<T>,
  write: (rows: AsyncIterable<T>) => ReadableStream<Uint8Array>,
): ReadableStream<Uint8Array> {
  let wanted = Promise.withResolvers<void>();
  let gone = false;
  async function* asWanted() {
    for await (const row of rows) {
      await wanted.promise;
      if (gone) return;
      yield row;
    }
  }
  const reader = write(asWanted()).getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      wanted.resolve();
      const { done, value } = await reader.read();
      wanted = Promise.withResolvers();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      gone = true;
      wanted.resolve();
      await reader.cancel(reason);
    },
  });
}

async function* jsonText<T>(viewOf: (one: T) => object, things: AsyncIterable<T>): AsyncGenerator<string> {
  let text = "[\n";
  let before = "";
  for await (const one of things) {
    text += `${before}${JSON.stringify(viewOf(one))}`;
    before = ",\n";
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = "";
  }
  yield before === "" ? "[]\n" : `${text}\n]\n`;
}

async function* rowsOf<T>(
  cellsOf: (one: T) => Cell[],
  things: AsyncIterable<T>,
  written: (text: string) => string,
): AsyncGenerator<(string | number | boolean | null)[]> {
  for await (const one of things) yield cellsOf(one).map((cell) => cellValue(cell, written));
}

function cellValue(cell: Cell, written: (text: string) => string): string | number | boolean | null {
  if (cell === undefined || cell === null) return null;
  if (typeof cell === "number" || typeof cell === "boolean") return cell;
  return written(typeof cell === "string" ? cell : JSON.stringify(cell));
}

const bounded = (text: string): string =>
  text.length <= MAX_CELL_CHARACTERS ? text : `${text.slice(0, MAX_CELL_CHARACTERS - 1)}…`;

/** What stands before a formula without keeping a spreadsheet, or what cleans its input, from seeing one. */
const BLANKS_AND_QUOTES = /^[\s"'\p{Cc}\p{Cf}]+/u;

/**
 * Text for a CSV, which cannot say that it is text: what could start a formula gets an apostrophe. These are = + - @
 * in any width, also behind blanks, quotes and invisible characters, and TAB, CR, LF, NUL and | by themselves (OWASP).
 */
function inertText(text: string): string {
  const first = text.replace(BLANKS_AND_QUOTES, "").slice(0, 1).normalize("NFKC");
  return bounded(/^[\t\r\n\0|]/.test(text) || /^[=+\-@]/.test(first) ? `'${text}` : text);
}

/**
 * Text for a workbook, where every cell has its type. What looks like an escape there (ECMA-376, 22.9.2.19) is
 * escaped itself, and two characters that XML refuses are replaced.
 */
const workbookText = (text: string): string =>
  bounded(text)
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replace(/[\uFFFE\uFFFF]/g, "\uFFFD");
