/** Decoders of PDF streams that count what comes out and keep none of it, or only its beginning. */

const FEED_BYTES = 4096;

/**
 * Inflates `stages` times over and hands on each piece; what `onBytes` throws ends it. Broken data end it early,
 * as in readers: they show what came out before the break.
 */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  stages: number,
  onBytes: (part: Uint8Array) => void,
): Promise<void> {
  let output: ReadableStream<Uint8Array> = feed(bytes);
  for (let stage = 0; stage < stages; stage++)
    output = output.pipeThrough(new DecompressionStream("deflate"));
  const reader = output.getReader();
  try {
    for (let part = await next(reader); part !== undefined; part = await next(reader)) onBytes(part);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch {
    // Rubbish after the data, or a break in them.
    return undefined;
  }
}

/** Small pieces, so that an error costs no more than one piece's output. */
function feed(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + FEED_BYTES));
      at += FEED_BYTES;
    },
  });
}

/** A zlib header, as every stream has that a reader would inflate. */
export function hasZlibHeader(bytes: Uint8Array): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 0x0f) === 8 && ((method << 8) + flags) % 31 === 0 && (flags & 0x20) === 0;
}

/** How many bytes LZW data stands for: only the lengths of its table's entries are needed for that. */
export function lzwLength(bytes: Uint8Array, limit: number): number {
  const lengths = new Uint32Array(4097);
  let next = 258;
  let width = 9;
  let previous = 0;
  let total = 0;
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffffff;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === 257 || total > limit) break;
    if (code === 256) {
      next = 258;
      width = 9;
      previous = 0;
      continue;
    }
    const length = code < 256 ? 1 : code < next ? (lengths[code] ?? 1) : previous + 1;
    if (previous > 0 && next < 4096) lengths[next++] = previous + 1;
    previous = length;
    total += length;
    width = next + 1 >= 2048 ? 12 : next + 1 >= 1024 ? 11 : next + 1 >= 512 ? 10 : 9;
  }
  return total;
}

export function runLength(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at] ?? 128;
    if (code === 128) break;
    total += code < 128 ? code + 1 : 257 - code;
    at += code < 128 ? code + 2 : 2;
  }
  return total;
}

export function decodeAsciiHex(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  let high = -1;
  for (const byte of bytes) {
    if (byte === 0x3e) break;
    const digit = Number.parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) continue;
    if (high >= 0) out.push(high * 16 + digit);
    high = high >= 0 ? -1 : digit;
  }
  if (high >= 0) out.push(high * 16);
  return Uint8Array.from(out);
}

export function decodeAscii85(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length * 4);
  let length = 0;
  let value = 0;
  let count = 0;
  const put = (wanted: number) => {
    for (let shift = 0; shift < wanted; shift++) out[length++] = Math.floor(value / 256 ** (3 - shift)) % 256;
    value = 0;
    count = 0;
  };
  for (const byte of bytes) {
    if (byte === 0x7e) break;
    if (byte === 0x7a && count === 0) put(4);
    if (byte < 0x21 || byte > 0x75) continue;
    value = value * 85 + byte - 0x21;
    if (++count === 5) put(4);
  }
  if (count > 1) {
    const wanted = count - 1;
    for (let pad = count; pad < 5; pad++) value = value * 85 + 84;
    put(wanted);
  }
  return out.slice(0, length);
}
