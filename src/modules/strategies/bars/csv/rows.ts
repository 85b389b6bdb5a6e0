import { streamCsvRows, stripBom } from "hucre/csv";
import { CsvRefusal } from "./refusal.ts";

export const DELIMITERS = ["\t", ";", "|", ","] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export const MAX_ROW_LENGTH = 8192;
export const MAX_CELL_LENGTH = 200;
/** Text that is waited for before the delimiter is chosen. */
const HEAD_LENGTH = MAX_ROW_LENGTH;

export interface CsvRow {
  /** Its number in the file, the first line's being 1. */
  number: number;
  /** Trimmed. */
  cells: string[];
}

/**
 * The rows of a CSV that comes in pieces, cut anywhere. A row is a line: a cell with a line break (mostly a quote that is
 * never closed) is refused, as are lines and cells beyond the limits. Lines without anything are left out, but counted.
 */
export class CsvRows {
  #delimiter: Delimiter | undefined;
  #pending = "";
  #number = 0;

  constructor(delimiter?: Delimiter) {
    this.#delimiter = delimiter;
  }

  /** As given, or as the first line suggests; undefined until that line is here. */
  get delimiter(): Delimiter | undefined {
    return this.#delimiter;
  }

  /** The rows that are complete with this piece. */
  *take(text: string): Generator<CsvRow> {
    this.#pending += text;
    if (this.#number === 0 && this.#pending.length < HEAD_LENGTH) return;
    const end = endOfLastLine(this.#pending);
    const lines = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    yield* this.#rowsOf(lines);
    if (this.#pending.length > MAX_ROW_LENGTH) throw rowTooLong(this.#number + 1);
  }

  /** The rows that were waiting for the end. */
  *end(): Generator<CsvRow> {
    const lines = this.#pending;
    this.#pending = "";
    yield* this.#rowsOf(lines);
  }

  *#rowsOf(piece: string): Generator<CsvRow> {
    if (piece === "") return;
    const lines = this.#number === 0 ? stripBom(piece) : piece;
    this.#delimiter ??= delimiterOf(lines);
    for (const row of streamCsvRows(lines, { delimiter: this.#delimiter, skipBom: false })) {
      this.#number += 1;
      const cells = row.map((cell) => String(cell ?? ""));
      requireLimits(cells, this.#number);
      const trimmed = cells.map((cell) => cell.trim());
      if (trimmed.some((cell) => cell !== "")) yield { number: this.#number, cells: trimmed };
    }
  }
}

const rowTooLong = (row: number) =>
  new CsvRefusal("row_too_long", `a line has at most ${MAX_ROW_LENGTH} characters`, row);

function requireLimits(cells: readonly string[], row: number): void {
  let length = 0;
  for (const cell of cells) {
    length += cell.length + 1;
    if (/[\r\n]/.test(cell))
      throw new CsvRefusal("cell_of_lines", "a cell goes over several lines; is a quote not closed?", row);
    if (cell.length > MAX_CELL_LENGTH)
      throw new CsvRefusal("cell_too_long", `a cell has at most ${MAX_CELL_LENGTH} characters`, row);
  }
  if (length > MAX_ROW_LENGTH) throw rowTooLong(row);
}

/** Where the last complete line ends. A carriage return at the very end may be half of a line break. */
function endOfLastLine(text: string): number {
  const feed = text.lastIndexOf("\n");
  const carriage = text.lastIndexOf("\r", text.length - 2);
  return Math.max(feed, carriage) + 1;
}

/** The delimiter that cuts the first line into most cells; commas last, since they may be within numbers. */
function delimiterOf(text: string): Delimiter {
  const line = /[^\r\n]*\S[^\r\n]*/.exec(text.slice(0, HEAD_LENGTH))?.[0] ?? "";
  const cells = (delimiter: Delimiter) => streamCsvRows(line, { delimiter }).next().value?.length ?? 0;
  return DELIMITERS.reduce((best, next) => (cells(next) > cells(best) ? next : best));
}
