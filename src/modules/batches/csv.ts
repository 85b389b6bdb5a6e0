import { streamCsvRows } from "hucre/csv";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { openUploadedFile } from "../files/read.ts";

/** The text of an uploaded file; it was checked to be text, and of a size that fits, when it came. */
export async function textOfFile(platform: Platform, desk: DeskId, id: string): Promise<string> {
  const { bytes } = await openUploadedFile(platform, desk, id);
  return await new Response(bytes).text();
}

const HEAD_BYTES = 64 * 1024;

/** As much of the file's beginning as its header may take. */
export async function headOfFile(platform: Platform, desk: DeskId, id: string): Promise<string> {
  const { bytes } = await openUploadedFile(platform, desk, id);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= HEAD_BYTES) break;
  }
  return text;
}

/** Whether a quoted cell is never closed: marks within cells are doubled, so a whole file has an even number of them. */
export function hasOpenQuote(text: string): boolean {
  let marks = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) marks += 1;
  return marks % 2 === 1;
}

export interface CsvRow {
  /** Its number in the file, the header's being 1. */
  number: number;
  cells: string[];
}

/** The rows of a CSV that hold anything, one by one. Commas, semicolons or tabs part cells; CRLF and a BOM are fine. */
export function* rowsOf(text: string): Generator<CsvRow> {
  let number = 0;
  for (const row of streamCsvRows(text)) {
    number += 1;
    const cells = row.map((cell) => String(cell ?? ""));
    if (cells.some((cell) => cell !== "")) yield { number, cells };
  }
}

/** The names in the first row, as they were meant. */
export const headerOf = ({ cells }: CsvRow): string[] => cells.map((cell) => cell.trim());
