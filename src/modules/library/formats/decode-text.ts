import { UnreadableDocument } from "./document.ts";

/** UTF-8, or UTF-16 with a byte order mark; anything else is no text we can read. */
export function decodeText(bytes: Uint8Array): string {
  const text = tryDecodeText(bytes);
  if (text === undefined)
    throw new UnreadableDocument("documents.corrupt", "the text is neither UTF-8 nor UTF-16");
  return text;
}

/** As `decodeText`, but undefined where it isn't text. `partial` allows a character cut off at the end. */
export function tryDecodeText(bytes: Uint8Array, partial = false): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true, ignoreBOM: false }).decode(bytes, {
      stream: partial,
    });
  } catch {
    return undefined;
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
}
