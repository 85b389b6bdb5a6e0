const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encoder.encode(text));
}

export function concat(parts: readonly (Uint8Array | string)[]): Uint8Array<ArrayBuffer> {
  const all = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const whole = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function deflate(
  bytes: Uint8Array<ArrayBuffer>,
  format: "deflate" | "deflate-raw" = "deflate",
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** So many zeros, deflated without ever holding them all. */
export async function deflateZeros(
  length: number,
  format: "deflate" | "deflate-raw" = "deflate",
): Promise<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(1_000_000);
  let left = length;
  const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(piece.slice(0, Math.min(left, piece.length)));
      left -= piece.length;
    },
  });
  return new Uint8Array(await new Response(zeros.pipeThrough(new CompressionStream(format))).arrayBuffer());
}
