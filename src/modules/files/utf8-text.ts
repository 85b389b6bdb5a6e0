import { emptyFile, notText } from "./errors.ts";

/** The same bytes, as long as they are text: UTF-8, with or without a byte order mark, and no NUL. */
export async function* utf8Text(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw notText();
    }
  };
  let empty = true;
  for await (const chunk of chunks) {
    if (chunk.includes(0)) throw notText();
    decode(chunk);
    empty &&= chunk.byteLength === 0;
    yield chunk;
  }
  decode();
  if (empty) throw emptyFile();
}
