import { UnreadableDocument } from "./document.ts";
import { requireSize } from "./limits.ts";
import {
  decodeAscii85,
  decodeAsciiHex,
  hasZlibHeader,
  inflate,
  lzwLength,
  runLength,
} from "./pdf-filters.ts";
import { asciiAt, countObjects, occurrences, type RawStream, streamsOf } from "./pdf-scan.ts";

const MAX_OBJECTS = 1_000_000;
/** pdf.js keeps a stream's whole output in a buffer that doubles as it grows: this stays well inside 128 MB. */
const MAX_STREAM_BYTES = 32 * 1024 * 1024;
const MAX_INFLATED_BYTES = 512 * 1024 * 1024;
const MAX_FILTERS = 4;
const EXPANDING = new Set(["FlateDecode", "Fl", "LZWDecode", "LZW", "RunLengthDecode", "RL"]);
const LONG_NAMES: Record<string, string> = { Fl: "FlateDecode", LZW: "LZWDecode", RL: "RunLengthDecode" };

/**
 * Refuses a PDF that would cost a reader too much (`documents.bomb`), before any reader sees it, or that is cut
 * off (`documents.corrupt`). Images are not inflated here as they aren't for text, unless a page names one as
 * its content. Leaves `bytes` as they are. Streams under encryption can't be looked into.
 */
export async function guardPdf(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  requireSize(bytes.length);
  requireWhole(bytes);
  if (countObjects(bytes, MAX_OBJECTS) > MAX_OBJECTS) throw bomb(`more than ${MAX_OBJECTS} objects`);
  const budget = new Budget();
  const images: RawStream[] = [];
  for (const stream of streamsOf(bytes)) {
    requireModestNumbers(stream.dictionary, budget);
    if (isImage(stream.dictionary)) images.push(stream);
    else await inspect(bytes, stream, budget);
  }
  if (images.length === 0) return;
  for (const at of occurrences(bytes, "/Contents")) budget.noteContents(asciiAt(bytes, at, 2048));
  for (const image of images) {
    if (budget.contents.has(image.object)) await inspect(bytes, image, budget);
  }
}

/** What the streams of a document have inflated to so far, and which objects pages name as their content. */
class Budget {
  readonly contents = new Set<number>();
  private spent = 0;
  private objects = 0;

  spend(streamBytes: number, addedBytes: number): void {
    this.spent += addedBytes;
    if (streamBytes > MAX_STREAM_BYTES)
      throw bomb(`a stream inflates to more than ${MAX_STREAM_BYTES} bytes`);
    if (this.spent > MAX_INFLATED_BYTES)
      throw bomb(`its streams inflate to more than ${MAX_INFLATED_BYTES} bytes`);
  }

  addObjects(count: number): void {
    this.objects += count;
    if (this.objects > MAX_OBJECTS) throw bomb(`more than ${MAX_OBJECTS} objects`);
  }

  noteContents(text: string): void {
    for (const [, references = ""] of text.matchAll(/\/Contents\s*(\d+\s+\d+\s+R|\[[^\]]*)/g)) {
      for (const [, object] of references.matchAll(/(\d{1,9})\s+\d{1,5}\s+R/g))
        this.contents.add(Number(object));
    }
  }
}

async function inspect(bytes: Uint8Array<ArrayBuffer>, stream: RawStream, budget: Budget): Promise<void> {
  const filters = filtersOf(stream.dictionary);
  let data = bytes.subarray(stream.start, stream.end);
  while (
    filters[0] === "ASCII85Decode" ||
    filters[0] === "A85" ||
    filters[0] === "ASCIIHexDecode" ||
    filters[0] === "AHx"
  ) {
    data = filters.shift()?.includes("85") ? decodeAscii85(data) : decodeAsciiHex(data);
  }
  const expanding = filters.filter((name) => EXPANDING.has(name)).map((name) => LONG_NAMES[name] ?? name);
  if (filters.length > MAX_FILTERS) throw bomb("a stream is packed over and over");
  if (expanding.length > 1 && expanding.some((name) => name !== "FlateDecode"))
    throw bomb("a stream is packed twice");
  if (expanding[0] === "LZWDecode") {
    const length = lzwLength(data, MAX_STREAM_BYTES);
    budget.spend(length, length);
  } else if (expanding[0] === "RunLengthDecode") {
    const length = runLength(data);
    budget.spend(length, length);
  } else if (hasZlibHeader(data)) {
    await inspectFlate(data, Math.max(1, expanding.length), isObjectStream(stream.dictionary), budget);
  }
}

async function inspectFlate(
  data: Uint8Array<ArrayBuffer>,
  stages: number,
  holdsObjects: boolean,
  budget: Budget,
) {
  let length = 0;
  let tail = "";
  const decoder = new TextDecoder("latin1");
  for (let stage = 1; stage <= stages; stage++) {
    length = 0;
    await inflate(data, stage, (part) => {
      length += part.length;
      budget.spend(length, part.length);
      if (holdsObjects) {
        const text = tail + decoder.decode(part);
        budget.noteContents(text);
        tail = text.slice(-2048);
      }
    });
  }
}

/** Counts that a reader would believe and loop over, though no data stand behind them. */
function requireModestNumbers(dictionary: string, budget: Budget): void {
  for (const [, size] of dictionary.matchAll(/\/Size\s+(\d+)/g)) {
    if (Number(size) > MAX_OBJECTS) throw bomb(`it claims more than ${MAX_OBJECTS} objects`);
  }
  const [, index = ""] = /\/Index\s*\[([^\]]*)/.exec(dictionary) ?? [];
  if (index.split(/\s+/).some((number) => Number(number) > MAX_OBJECTS)) {
    throw bomb(`it claims more than ${MAX_OBJECTS} objects`);
  }
  if (isObjectStream(dictionary)) budget.addObjects(Number(/\/N\s+(\d+)/.exec(dictionary)?.[1] ?? 0));
}

function filtersOf(dictionary: string): string[] {
  const [, list = ""] =
    /\/(?:Filter|F)\s*(\[[^\]]*\]|\/[^\s/<>[\]()]+)/.exec(unescapeNames(dictionary)) ?? [];
  return [...list.matchAll(/\/([^\s/<>[\]()]+)/g)].map(([, name = ""]) => name);
}

function isImage(dictionary: string): boolean {
  return (
    /\/Subtype\s*\/Image\b/.test(dictionary) && /\/Width\b/.test(dictionary) && /\/Height\b/.test(dictionary)
  );
}

function isObjectStream(dictionary: string): boolean {
  return /\/Type\s*\/ObjStm\b/.test(unescapeNames(dictionary));
}

/** Names may be spelt with `#xx` for any character. */
function unescapeNames(dictionary: string): string {
  return dictionary.replace(/#([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The end of a file tells where its cross references are; a file that was cut off has lost it. */
function requireWhole(bytes: Uint8Array): void {
  if (!asciiAt(bytes, 0, 2048).includes("%PDF-")) throw corrupt("it has no PDF header");
  let last = -1;
  for (const at of occurrences(bytes, "startxref")) last = at;
  if (last < 0) throw corrupt("its end is missing");
  const [, offset = "0"] = /^startxref\s+(\d+)/.exec(asciiAt(bytes, last, 40)) ?? [];
  const [, linearized = "0"] = /\/Linearized\s.{0,200}?\/L\s+(\d+)/s.exec(asciiAt(bytes, 0, 2048)) ?? [];
  if (Number(offset) >= bytes.length || Number(linearized) > bytes.length)
    throw corrupt("its end is missing");
}

function bomb(detail: string): UnreadableDocument {
  return new UnreadableDocument("documents.bomb", `the PDF was refused: ${detail}`);
}

function corrupt(detail: string): UnreadableDocument {
  return new UnreadableDocument("documents.corrupt", `the PDF is broken: ${detail}`);
}
