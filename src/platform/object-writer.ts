import { createHash } from "node:crypto";

/** R2 takes parts of at least 5 MiB, all of one size but the last. */
const PART_BYTES = 5 * 1024 * 1024;

export interface WrittenObject {
  size_bytes: number;
  sha256: string;
}

/**
 * Writes a stream to R2 while hashing it, holding one part of it at a time. A stream that fits one part is a
 * single put, a longer one a multipart upload, which is aborted if the stream fails.
 */
export async function writeObject(
  bucket: R2Bucket,
  key: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<WrittenObject> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(PART_BYTES);
  const parts: R2UploadedPart[] = [];
  let upload: R2MultipartUpload | undefined;
  let filled = 0;
  let size_bytes = 0;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size_bytes += chunk.byteLength;
      for (let taken = 0; taken < chunk.byteLength; ) {
        if (filled === PART_BYTES) {
          upload ??= await bucket.createMultipartUpload(key);
          parts.push(await upload.uploadPart(parts.length + 1, buffer));
          filled = 0;
        }
        const some = chunk.subarray(taken, taken + PART_BYTES - filled);
        buffer.set(some, filled);
        filled += some.byteLength;
        taken += some.byteLength;
      }
    }
    const rest = buffer.subarray(0, filled);
    if (upload === undefined) await bucket.put(key, rest);
    else await upload.complete([...parts, await upload.uploadPart(parts.length + 1, rest)]);
  } catch (error) {
    await upload?.abort();
    throw error;
  }
  return { size_bytes, sha256: hash.digest("hex") };
}
