import { tryDecodeText } from "./decode-text.ts";
import { type Format, UnreadableDocument } from "./document.ts";

/** Readers accept junk before a PDF's header, mail headers for one. */
const MAX_PDF_JUNK_BYTES = 1024;

type Family = "pdf" | "epub" | "notebook" | "text";

const FAMILY_OF_EXTENSION: Record<string, Family> = {
  pdf: "pdf",
  epub: "epub",
  ipynb: "notebook",
  md: "text",
  markdown: "text",
  html: "text",
  htm: "text",
  xhtml: "text",
  txt: "text",
};
const FORMAT_OF_EXTENSION: Record<string, Format> = {
  md: "markdown",
  markdown: "markdown",
  html: "html",
  htm: "html",
  xhtml: "html",
};
const FAMILY_NAMES: Record<Family, string> = {
  pdf: "a PDF",
  epub: "an EPUB",
  notebook: "a Jupyter notebook",
  text: "a text file",
};

/** What binary files begin with, for a message that says what somebody really uploaded. */
const SIGNATURES: readonly [prefix: string, name: string][] = [
  ["\x89PNG", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["GIF8", "a GIF image"],
  ["II*\0", "a TIFF image"],
  ["MM\0*", "a TIFF image"],
  ["PK\x03\x04", "a ZIP archive that is no EPUB"],
  ["PK\x05\x06", "an empty ZIP archive"],
  ["\xd0\xcf\x11\xe0", "an old Microsoft Office file"],
  ["\x1f\x8b", "a gzip archive"],
  ["7z\xbc\xaf", "a 7-Zip archive"],
  ["Rar!", "a RAR archive"],
  ["MZ", "a Windows program"],
  ["\x7fELF", "a Linux program"],
  ["SQLite format 3", "an SQLite database"],
  ["AT&TFORM", "a DjVu document"],
  ["{\\rtf", "an RTF document"],
  ["%!PS", "a PostScript document"],
  ["ID3", "an audio file"],
  ["RIFF", "a media file"],
];

/**
 * What a file is, judged by its bytes; the name only tells text formats apart and must not contradict them.
 * `bytes` may be the whole file or its first part, of 64 kB at least.
 */
export function detectFormat(bytes: Uint8Array, fileName: string): Format {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName.trim())?.[1]?.toLowerCase() ?? "";
  const claimed = FAMILY_OF_EXTENSION[extension];
  const format = binaryFormat(bytes) ?? textFormat(bytes, extension);
  const family: Family | undefined =
    format === "pdf" || format === "epub" || format === "notebook" ? format : format && "text";
  if (claimed !== undefined && claimed !== family) {
    const real = family === undefined ? describe(bytes) : FAMILY_NAMES[family];
    throw new UnreadableDocument("documents.type_mismatch", `named .${extension}, but it is ${real}`);
  }
  if (format === undefined) {
    throw new UnreadableDocument(
      "documents.unsupported_type",
      `it is ${describe(bytes)}, which can't be read`,
    );
  }
  return format;
}

function binaryFormat(bytes: Uint8Array): "pdf" | "epub" | undefined {
  const head = latin1(bytes.subarray(0, MAX_PDF_JUNK_BYTES + 5));
  if (head.startsWith("PK\x03\x04")) return isEpub(bytes, head) ? "epub" : undefined;
  return head.includes("%PDF-") ? "pdf" : undefined;
}

function isEpub(bytes: Uint8Array, head: string): boolean {
  return (
    head.slice(30).startsWith("mimetypeapplication/epub+zip") ||
    includesAscii(bytes, "META-INF/container.xml")
  );
}

function textFormat(bytes: Uint8Array, extension: string): Format | undefined {
  const text = tryDecodeText(bytes, true);
  if (text === undefined || hasControlCharacter(text)) return isBlankBytes(bytes) ? empty() : undefined;
  const start = text.slice(0, 4096).trimStart();
  if (start === "" && text.trim() === "") return empty();
  if (start.startsWith("{\\rtf") || start.startsWith("%!PS")) return undefined;
  if (looksLikeNotebook(text, start, extension)) return "notebook";
  if (/^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html)\b/i.test(start)) return "html";
  return FORMAT_OF_EXTENSION[extension] ?? "text";
}

function empty(): never {
  throw new UnreadableDocument("documents.empty", "the file holds no text at all");
}

function looksLikeNotebook(text: string, start: string, extension: string): boolean {
  if (!start.startsWith("{")) return false;
  if (extension === "ipynb") return /^\{\s*(?:"|\}|$)/.test(start);
  return /"nbformat"\s*:\s*\d/.test(text) && /"(?:cells|worksheets)"\s*:\s*\[/.test(text);
}

function hasControlCharacter(text: string): boolean {
  return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/.test(text);
}

/** A file of NUL bytes is as empty as one of spaces. */
function isBlankBytes(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function describe(bytes: Uint8Array): string {
  const head = latin1(bytes.subarray(0, 64));
  const known = SIGNATURES.find(([prefix]) => head.startsWith(prefix));
  if (known) return known[1];
  if (head.slice(4, 8) === "ftyp") return "a media file";
  return tryDecodeText(bytes, true) === undefined ? "no UTF-8 text" : "a binary file";
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function includesAscii(bytes: Uint8Array, text: string): boolean {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (latin1(bytes.subarray(at, at + text.length)) === text) return true;
  }
  return false;
}
