import { z } from "@hono/zod-openapi";
import { isEtag } from "./preconditions.ts";
import { Problem } from "./problem.ts";

/** A stored file as its row knows it. */
export interface Content {
  key: string;
  name: string;
  size_bytes: number;
  sha256: string;
}

export const badRange = (size_bytes: number) =>
  new Problem(416, "request.bad_range", `The file has ${size_bytes} bytes.`, {
    headers: { "content-range": `bytes */${size_bytes}` },
  });

const bytes = { "application/octet-stream": { schema: z.string() } };

/** What a route declares that gives content. */
export const contentAnswers = {
  200: { description: "The file", content: bytes },
  206: { description: "The range", content: bytes },
  304: { description: "Not changed" },
};

/**
 * A file, whole or one range of it; undefined where its object is gone. Always a download under its own name and
 * never shown inline: a stranger's HTML or SVG must not run under our origin.
 */
export async function contentAnswer(
  files: R2Bucket,
  { key, name, sha256, size_bytes }: Content,
  request: Headers,
  cache: "private, no-cache" | "no-store" = "private, no-cache",
): Promise<Response | undefined> {
  const etag = `"${sha256}"`;
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename*=UTF-8''${extendedValue(name)}`,
    "accept-ranges": "bytes",
    "cache-control": cache,
    etag,
  };
  if (isEtag(request.get("if-none-match") ?? undefined, etag)) {
    return new Response(null, { status: 304, headers });
  }
  const range = rangeOf(request, etag, size_bytes);
  const object = await files.get(key, range ? { range } : {});
  if (object === null) return undefined;
  const length = { "content-length": String(range?.length ?? size_bytes) };
  if (range === undefined) return new Response(object.body, { headers: { ...headers, ...length } });
  const last = range.offset + range.length - 1;
  const part = { "content-range": `bytes ${range.offset}-${last}/${size_bytes}` };
  return new Response(object.body, { status: 206, headers: { ...headers, ...part, ...length } });
}

/** RFC 8187: what encodeURIComponent leaves and an extended parameter may not hold is escaped too. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * One `bytes=` range, cut to the file; several, or another unit, count as none (RFC 9110), and so does one of another
 * version than `If-Range` names. 416 if it lies outside.
 */
function rangeOf(
  request: Headers,
  etag: string,
  size: number,
): { offset: number; length: number } | undefined {
  if ((request.get("if-range") ?? etag) !== etag) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(request.get("range") ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const offset = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (offset >= size || end <= offset) throw badRange(size);
  return { offset, length: end - offset };
}
