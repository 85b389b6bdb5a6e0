import { once } from "node:events";
import type { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { badSyntax, invalidInput } from "./problem.ts";

export interface MultipartFile {
  name: string;
  chunks: AsyncIterable<Uint8Array>;
}

const MAX_FIELDS = 20;
const MAX_FIELD_BYTES = 16 * 1024;

const fileMissing = () =>
  invalidInput([{ path: "file", code: "missing", message: "send the file in the field `file`" }]);
const broken = (detail: string) => badSyntax(`The multipart body is broken: ${detail}`);

/**
 * Reads `multipart/form-data` with one file in the field `file`, which goes to `onFile` as it streams in; no more
 * of it than a few buffers is held. Fields may stand before and after it. Answers the fields and what `onFile` gave.
 */
export async function readMultipart<T>(
  request: Request,
  onFile: (file: MultipartFile) => Promise<T>,
): Promise<{ fields: Record<string, string>; file: T }> {
  const fields: Record<string, string> = Object.create(null);
  let file: Promise<T> | undefined;
  let incoming: Readable | undefined;
  const parser = parserOf(request.headers.get("content-type") ?? "");
  const failed = new Promise<never>((_, reject) => {
    parser.on("error", (error: Error) => reject(broken(error.message)));
    parser.on("field", (name, value, nameTruncated, valueTruncated) => {
      if (nameTruncated || valueTruncated) reject(fieldTooLong(name));
      fields[name] = value;
    });
    parser.on("fieldsLimit", () => reject(broken(`more than ${MAX_FIELDS} fields`)));
    parser.on("filesLimit", () => reject(broken("more than one file")));
    parser.on("file", (name, stream: Readable, fileName: string | undefined) => {
      if (name !== "file") {
        stream.resume();
        return reject(
          invalidInput([{ path: name, code: "unknown_file", message: "send the file in the field `file`" }]),
        );
      }
      incoming = stream;
      file = onFile({ name: fileName || "upload", chunks: stream });
      file.catch((error) => {
        reject(error);
        stream.resume();
      });
    });
  });
  failed.catch(() => {});
  const finished = once(parser, "finish");
  finished.catch(() => {});
  try {
    await Promise.race([feed(request.body, parser), failed]);
    await Promise.race([finished, failed]);
  } catch (error) {
    incoming?.destroy(error instanceof Error ? error : new Error("the body broke off"));
    throw error;
  }
  if (file === undefined) throw fileMissing();
  return { fields, file: await file };
}

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

async function feed(body: ReadableStream<Uint8Array> | null, parser: BusboyInstance): Promise<void> {
  if (body === null) throw broken("it is empty");
  for await (const chunk of body) {
    if (!parser.write(chunk)) await once(parser, "drain");
  }
  parser.end();
}
