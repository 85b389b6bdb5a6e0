import { type Block, cutText, joinBlocks, packBlocks } from "./blocks.ts";
import { cleanCharacters, tidyLines } from "./clean-text.ts";
import { decodeText } from "./decode-text.ts";
import { type DocumentMetadata, type OpenDocument, type Unit, UnreadableDocument } from "./document.ts";
import { MAX_UNIT_CHARS } from "./limits.ts";
import { readMarkdown } from "./markdown-text.ts";
import { openedUnits } from "./opened.ts";

const MAX_CELLS = 20_000;
/** What a cell printed is shown up to here, over all its outputs. */
const MAX_OUTPUT_CHARS = 4_000;
const ANSI_COLOUR = /\u001b\[[\d;]*[A-Za-z]/g;
const OUTPUT_CUT = "\n[…]";

type Json = Record<string, unknown>;

/** A Jupyter notebook (nbformat 3 to 4) by cell: its source and what it printed as text, without images. */
export async function openNotebook(bytes: Uint8Array<ArrayBuffer>): Promise<OpenDocument> {
  const notebook = parse(decodeText(bytes));
  const cells = cellsOf(notebook);
  const units: Unit[] = [];
  cells.forEach((cell, index) => {
    const parts = packBlocks(cellBlocks(cell));
    for (const part of parts.length > 0 ? parts : [[]]) {
      units.push({ index: units.length, place: { cell: index + 1 }, ...joinBlocks(part) });
    }
  });
  return openedUnits(metadataOf(notebook, units), units);
}

function parse(source: string): Json {
  try {
    const parsed: unknown = JSON.parse(source);
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below: broken JSON and JSON of another shape are the same to the reader.
  }
  throw new UnreadableDocument("documents.corrupt", "the notebook isn't valid JSON");
}

function cellsOf(notebook: Json): Json[] {
  const worksheets = Array.isArray(notebook.worksheets) ? notebook.worksheets.filter(isObject) : [];
  const cells = Array.isArray(notebook.cells)
    ? notebook.cells
    : worksheets.flatMap((sheet) => list(sheet.cells));
  if (!Array.isArray(notebook.cells) && worksheets.length === 0) {
    throw new UnreadableDocument("documents.corrupt", "the notebook has no cells");
  }
  if (cells.length > MAX_CELLS) {
    throw new UnreadableDocument("documents.bomb", `the notebook has more than ${MAX_CELLS} cells`);
  }
  return cells.filter(isObject);
}

function cellBlocks(cell: Json): Block[] {
  const source = lines(cell.source ?? cell.input);
  if (cell.cell_type === "markdown") return boundedMarkdown(source);
  if (cell.cell_type === "heading")
    return boundedMarkdown(`${"#".repeat(headingLevel(cell.level))} ${source}`);
  const texts = [source, outputs(list(cell.outputs))].map((text) => tidyLines(cleanCharacters(text)));
  return texts.filter((text) => text !== "").map((text) => ({ text }));
}

function boundedMarkdown(source: string): Block[] {
  if (source.trim() === "") return [];
  return cutText(source, MAX_UNIT_CHARS).flatMap(readMarkdown);
}

function headingLevel(level: unknown): number {
  return typeof level === "number" && level >= 1 && level <= 6 ? Math.floor(level) : 1;
}

function outputs(all: readonly unknown[]): string {
  let text = "";
  for (const output of all) {
    const shown = isObject(output) ? outputText(output).replace(ANSI_COLOUR, "").trimEnd() : "";
    if (shown !== "") text += `${text === "" ? "" : "\n"}${shown}`;
    if (text.length > MAX_OUTPUT_CHARS) return text.slice(0, MAX_OUTPUT_CHARS).toWellFormed() + OUTPUT_CUT;
  }
  return text;
}

function outputText(output: Json): string {
  if (output.output_type === "stream") return lines(output.text);
  if (output.output_type === "error" || output.output_type === "pyerr") {
    return `${lines(output.ename)}: ${lines(output.evalue)}`;
  }
  const data = isObject(output.data) ? output.data : output;
  const rich = Object.keys(data).some((type) => /^(?:image|video|audio)\//.test(type));
  // Beside a picture the plain text is only its name, such as `<Figure size 640x480>`.
  return rich ? "" : lines(data["text/plain"] ?? data.text);
}

function metadataOf({ metadata }: Json, units: readonly Unit[]): DocumentMetadata {
  const given = isObject(metadata) ? metadata : {};
  const title = lines(given.title) || units.find(({ headings }) => headings.length > 0)?.headings[0]?.title;
  const author = list(given.authors)
    .filter(isObject)
    .map(({ name }) => lines(name))
    .filter(Boolean)
    .join(", ");
  return {
    ...(title ? { title: cleanCharacters(title) } : {}),
    ...(author ? { author: cleanCharacters(author) } : {}),
  };
}

/** nbformat keeps a text whole or as a list of lines. */
function lines(value: unknown): string {
  if (Array.isArray(value)) return value.filter((line) => typeof line === "string").join("");
  return typeof value === "string" ? value : "";
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
