/** A stream of a PDF as it stands in the file, found without trusting its cross references or lengths. */
export interface RawStream {
  /** Number of its object, or -1 where that can't be seen. */
  object: number;
  dictionary: string;
  start: number;
  /** Where the nearest `endstream` is, or the end of the file. */
  end: number;
}

/** What stands before a stream is looked at this far back. */
const MAX_DICTIONARY_BYTES = 4096;

/** Every place where a reader could be led to see a stream. */
export function* streamsOf(bytes: Uint8Array): Generator<RawStream> {
  for (const at of occurrences(bytes, "stream")) {
    if (asciiAt(bytes, at - 3, 3) === "end") continue;
    const start = lineEnd(bytes, at + 6);
    const before = asciiAt(bytes, Math.max(0, at - MAX_DICTIONARY_BYTES), Math.min(at, MAX_DICTIONARY_BYTES));
    const opened = before.lastIndexOf(" obj");
    const object =
      opened < 0 ? undefined : /(\d{1,9})\s+\d{1,5}$/.exec(before.slice(Math.max(0, opened - 20), opened));
    const end = find(bytes, "endstream", start);
    yield {
      object: Number(object?.[1] ?? -1),
      dictionary: before.slice(Math.max(0, opened)),
      start,
      end: end < 0 ? bytes.length : trimEnd(bytes, start, end),
    };
  }
}

export function countObjects(bytes: Uint8Array, limit: number): number {
  let count = 0;
  for (const at of occurrences(bytes, "obj")) {
    if (asciiAt(bytes, at - 3, 3) !== "end" && ++count > limit) break;
  }
  return count;
}

export function* occurrences(bytes: Uint8Array, word: string): Generator<number> {
  for (let at = find(bytes, word, 0); at >= 0; at = find(bytes, word, at + word.length)) yield at;
}

function find(bytes: Uint8Array, word: string, from: number): number {
  const codes = Array.from(word, (letter) => letter.charCodeAt(0));
  const first = codes[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (codes.every((code, index) => bytes[at + index] === code)) return at;
  }
  return -1;
}

export function asciiAt(bytes: Uint8Array, start: number, length: number): string {
  const from = Math.max(0, start);
  return String.fromCharCode(...bytes.subarray(from, Math.max(from, start + length)));
}

/** The data begin after the line on which the keyword stands, whatever else is on it. */
function lineEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < Math.min(bytes.length, from + 256); at++) {
    if (bytes[at] === 0x0a) return at + 1;
    if (bytes[at] === 0x0d) return bytes[at + 1] === 0x0a ? at + 2 : at + 1;
  }
  return from;
}

function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  if (end - 2 >= start && bytes[end - 2] === 0x0d && bytes[end - 1] === 0x0a) return end - 2;
  return end - 1 >= start && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d) ? end - 1 : end;
}
