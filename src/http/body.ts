import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";
import { tooLarge, wrongType } from "./problem.ts";

export const MAX_JSON_BYTES = 1024 * 1024;
const MIB = 1024 * 1024;
/** What the multipart frame and its fields may add to a file. */
export const MAX_FRAME_BYTES = MIB;

/** Routes that read their own body, as a stream, and the largest file that each takes. */
const MAX_FILE_BYTES: Record<string, number> = {
  "POST /v1/documents": 100 * MIB,
  "POST /v1/files": 10 * MIB,
  "POST /v1/datasets": 25 * MIB,
};

/** The largest file that a route takes as `multipart/form-data`; undefined where it takes none. */
export const maxFileBytes = (route: string): number | undefined => MAX_FILE_BYTES[route];

/**
 * Refuses bodies of the wrong type, and too large ones: at once where their length says so, else as soon as the bytes
 * that came do. A multipart body is left unread, for `readUpload` to count; a file is never held here.
 */
export const checkedBody = createMiddleware<AppEnv>(async (c, next) => {
  const { body } = c.req.raw;
  const length = Number(c.req.header("content-length") ?? Number.NaN);
  if (body === null || length === 0) return await next();
  const max_file = maxFileBytes(`${c.req.method} ${c.req.path}`);
  const multipart = max_file !== undefined;
  const wanted = multipart ? "multipart/form-data" : "application/json";
  const limit_bytes = multipart ? max_file + MAX_FRAME_BYTES : MAX_JSON_BYTES;
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
