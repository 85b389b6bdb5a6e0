import { configure, type Entry, Uint8ArrayReader, ZipReader } from "@zip.js/zip.js/lib/zip-core-native.js";
import { UnreadableDocument } from "./document.ts";

const MAX_ENTRIES = 10_000;
/** A chapter, or one of the package's own files; the longest real chapters are about 2 MB. */
const MAX_ENTRY_BYTES = 16 * 1024 * 1024;
export const MAX_INFLATED_BYTES = 128 * 1024 * 1024;

configure({ useWebWorkers: false });

/** The text files of a ZIP archive, read one at a time under a limit that counts what really comes out. */
export interface Archive {
  has(path: string): boolean;
  /** Inflated size as the archive declares it; reading an entry that lies about it fails. */
  sizeOf(path: string): number;
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

export async function openArchive(bytes: Uint8Array<ArrayBuffer>): Promise<Archive> {
  const zip = new ZipReader(new Uint8ArrayReader(bytes), { checkOverlappingEntry: true });
  const entries = await entriesOf(zip);
  const inflated = new Map<string, number>();
  return {
    has: (path) => entries.has(path),
    sizeOf: (path) => entries.get(path)?.uncompressedSize ?? 0,
    async read(path) {
      const entry = entries.get(path);
      if (!entry || entry.directory) throw corrupt(`it lacks ${path}`);
      if (entry.encrypted) throw new UnreadableDocument("documents.encrypted", "the EPUB is encrypted");
      // Each file counts once, so that reading a chapter again is always possible.
      const others = [...inflated].reduce((sum, [other, size]) => sum + (other === path ? 0 : size), 0);
      const content = await inflate(entry, MAX_INFLATED_BYTES - others);
      inflated.set(path, content.length);
      return content;
    },
    close: () => zip.close(),
  };
}

async function entriesOf(zip: ZipReader<unknown>): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (entries.size >= MAX_ENTRIES) throw bomb(`more than ${MAX_ENTRIES} entries`);
      const path = normalisePath(entry.filename);
      if (!entries.has(path)) entries.set(path, entry);
    }
  } catch (error) {
    throw asUnreadable(error);
  }
  return entries;
}

async function inflate(
  entry: Exclude<Entry, { directory: true }>,
  budgetBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const limit = Math.min(MAX_ENTRY_BYTES, budgetBytes);
  if (entry.uncompressedSize > limit) throw bomb(`${entry.filename} inflates to more than ${limit} bytes`);
  const parts: Uint8Array[] = [];
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(part) {
      length += part.length;
      if (length > limit) throw bomb(`${entry.filename} inflates to more than ${limit} bytes`);
      parts.push(part.slice());
    },
  });
  try {
    await entry.getData(sink);
  } catch (error) {
    throw asUnreadable(error);
  }
  return concat(parts, length);
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A path inside the archive without `.`, `..`, a leading slash or backslashes. */
export function normalisePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function asUnreadable(error: unknown): UnreadableDocument {
  if (error instanceof UnreadableDocument) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/overlapping|invalid uncompressed size/i.test(message)) return bomb(message.toLowerCase());
  if (/encrypt/i.test(message)) return new UnreadableDocument("documents.encrypted", "the EPUB is encrypted");
  return corrupt(message.toLowerCase());
}

function bomb(detail: string): UnreadableDocument {
  return new UnreadableDocument("documents.bomb", `the EPUB was refused: ${detail}`);
}

function corrupt(detail: string): UnreadableDocument {
  return new UnreadableDocument("documents.corrupt", `the EPUB is broken: ${detail}`);
}
