import { once } from "node:events";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import type { AppContext } from "./app-env.ts";
import { counted, MAX_FRAME_BYTES, maxFileBytes } from "./body.ts";
import { badSyntax, invalidInput } from "./problem.ts";

export interface MultipartFile {
  /** Without the folders that it was sent with: a name and no path. */
  name: string;
  chunks: AsyncIterable<Uint8Array>;
}

const READ_BYTES = 64 * 1024;
const MAX_FIELDS = 20;
const MAX_FIELD_BYTES = 16 * 1024;

const fileMissing = () =>
  invalidInput([{ path: "file", code: "missing", message: "send the file in the field `file`" }]);
const broken = (detail: string) => badSyntax(`The multipart body is broken: ${detail}`);

/** What is done with the file: it is stored as it streams in, and discarded if the rest of the body is refused. */
interface FileKeeper<T> {
  store(file: MultipartFile): Promise<T>;
  discard(stored: T): Promise<void>;
}

/**
 * Reads `multipart/form-data` with one file in the field `file`, no larger than the route takes, of which no more than
 * a few buffers are held. Fields may stand before and after it. Answers the fields and what the file was stored as.
 */
export async function readUpload<T>(
  { req }: AppContext,
  keeper: FileKeeper<T>,
): Promise<{ fields: Record<string, string>; file: T }> {
  const max_bytes = maxFileBytes(`${req.method} ${req.path}`) ?? 0;
  const parser = parserOf(req.header("content-type") ?? "");
  const finished = once(parser, "finish");
  finished.catch(() => {});
  const parts = collect(parser, max_bytes, keeper);
  try {
    const body = counted(max_bytes + MAX_FRAME_BYTES, inOneBuffer(req.raw.body));
    await Promise.race([feed(body, parser, parts), parts.failed]);
    await Promise.race([finished, parts.failed]);
  } catch (error) {
    parts.stream?.destroy(new Error("the multipart body was refused"));
    await parts.file?.then(keeper.discard, () => {});
    throw error;
  }
  if (parts.file === undefined) throw fileMissing();
  return { fields: parts.fields, file: await parts.file };
}

interface Parts<T> {
  fields: Record<string, string>;
  stream: BusboyFileStream | undefined;
  /** Waits until whoever stores the file has done with all that the parser has given it. */
  taken: () => Promise<void>;
  file: Promise<T> | undefined;
  /** Never fulfilled; rejected with the first thing that is wrong. */
  failed: Promise<never>;
}

/** Gathers what the parser finds, and stores the file as it comes. */
function collect<T>(parser: BusboyInstance, max_bytes: number, keeper: FileKeeper<T>): Parts<T> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const parts: Parts<T> = {
    fields: Object.create(null),
    stream: undefined,
    file: undefined,
    failed,
    taken: async () => {},
  };
  parser.on("error", (error: Error) => reject(broken(error.message)));
  parser.on("fieldsLimit", () => reject(broken(`more than ${MAX_FIELDS} fields`)));
  parser.on("filesLimit", () => reject(broken("more than one file")));
  parser.on("field", (name, value, nameTruncated, valueTruncated) => {
    if (nameTruncated || valueTruncated) reject(fieldTooLong(name));
    parts.fields[name] = value;
  });
  parser.on("file", (name, stream: BusboyFileStream, fileName: string | undefined) => {
    stream.on("error", () => {}); // whoever reads it hears of it too
    if (name !== "file") {
      stream.resume();
      return reject(wrongField(name));
    }
    parts.stream = stream;
    const { chunks, taken } = tracked(stream);
    parts.taken = taken;
    parts.file = keeper.store({ name: plainName(fileName ?? ""), chunks: counted(max_bytes, chunks) });
    parts.file.catch((error) => {
      reject(error);
      stream.resume();
    });
  });
  return parts;
}

const MAX_NAME_LENGTH = 255;

/** The name at the end of a path, cut to whole characters. */
const plainName = (path: string): string => {
  const name = path.replace(/^.*[\\/]/s, "").toWellFormed();
  return [...name].slice(0, MAX_NAME_LENGTH).join("") || "upload";
};

const wrongField = (name: string) =>
  invalidInput([{ path: name, code: "unknown_file", message: "send the file in the field `file`" }]);

const fieldTooLong = (name: string) =>
  invalidInput([{ path: name, code: "too_long", message: `takes at most ${MAX_FIELD_BYTES} bytes` }]);

function parserOf(contentType: string): BusboyInstance {
  try {
    const limits = {
      files: 1,
      fields: MAX_FIELDS,
      fieldSize: MAX_FIELD_BYTES,
      fieldNameSize: 100,
      headerPairs: 20,
    };
    return new Busboy({ headers: { "content-type": contentType }, limits });
  } catch (error) {
    throw broken(error instanceof Error ? error.message : "no boundary");
  }
}

/** The file's chunks, and a way to wait until all that have been pushed were taken and done with. */
function tracked(stream: BusboyFileStream): {
  chunks: AsyncIterable<Uint8Array>;
  taken: () => Promise<void>;
} {
  let done_bytes = 0;
  let told = () => {};
  async function* chunks() {
    try {
      for await (const chunk of stream) {
        yield chunk;
        done_bytes += chunk.byteLength;
        told();
      }
    } finally {
      done_bytes = Number.POSITIVE_INFINITY;
      told();
    }
  }
  const taken = async () => {
    while (done_bytes < stream.bytesRead) await new Promise<void>((resolve) => (told = resolve));
  };
  return { chunks: chunks(), taken };
}

/** Gives the parser the body through one buffer, which is filled again only when nothing of it is in use. */
async function feed<T>(
  body: AsyncIterable<Uint8Array>,
  parser: BusboyInstance,
  parts: Parts<T>,
): Promise<void> {
  for await (const chunk of body) {
    if (!parser.write(chunk)) await Promise.race([once(parser, "drain"), parts.failed]);
    await Promise.race([parts.taken(), parts.failed]);
  }
  parser.end();
}

/** Each chunk is valid until the next is asked for: 100 MB of fresh chunks would outrun the garbage collector. */
async function* inOneBuffer(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) throw broken("it is empty");
  const reader = byteReader(body);
  if (reader === undefined) return yield* body;
  for (let buffer = new ArrayBuffer(READ_BYTES); ; ) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done || value === undefined) return;
    yield value;
    buffer = value.buffer;
  }
}

/** A body from the network can be read into a buffer of ours; one that a script made may not. */
function byteReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}
