import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";
import { tooLarge, wrongType } from "./problem.ts";

export const MAX_JSON_BYTES = 1024 * 1024;
/** The largest file that one upload takes, and what the multipart frame and its fields may add. */
export const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;
const MAX_FRAME_BYTES = 1024 * 1024;
export const MAX_MULTIPART_BYTES = MAX_UPLOAD_BYTES + MAX_FRAME_BYTES;

/** Routes that read their own body, as a stream. */
export const MULTIPART_ROUTES = new Set(["POST /v1/documents"]);

/**
 * Refuses bodies of the wrong type, and too large ones: at once where their length says so, else as soon as the bytes
 * that came do. A multipart body is left unread, for `readMultipart` to count; a file is never held here.
 */
export const checkedBody = createMiddleware<AppEnv>(async (c, next) => {
  const { body } = c.req.raw;
  const length = Number(c.req.header("content-length") ?? Number.NaN);
  if (body === null || length === 0) return await next();
  const multipart = MULTIPART_ROUTES.has(`${c.req.method} ${c.req.path}`);
  const wanted = multipart ? "multipart/form-data" : "application/json";
  const limit_bytes = multipart ? MAX_MULTIPART_BYTES : MAX_JSON_BYTES;
  const type = c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== wanted) throw wrongType(wanted);
  if (length > limit_bytes) throw tooLarge(limit_bytes);
  if (!multipart) c.req.raw = new Request(c.req.raw, { body: await readUpTo(limit_bytes, body) });
  await next();
});

async function readUpTo(limit_bytes: number, body: ReadableStream<Uint8Array>): Promise<Blob> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of counted(limit_bytes, body)) chunks.push(chunk);
  return new Blob(chunks);
}

/** The same bytes, until there are too many of them: then it throws and the rest is not read. */
export async function* counted(limit_bytes: number, chunks: AsyncIterable<Uint8Array>) {
  let size_bytes = 0;
  for await (const chunk of chunks) {
    size_bytes += chunk.byteLength;
    if (size_bytes > limit_bytes) throw tooLarge(limit_bytes);
    yield chunk;
  }
}
