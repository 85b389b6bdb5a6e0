import { writeFile } from "../../files/write.ts";
import type { Slice } from "../../jobs/define.ts";
import type { JsonObject } from "../../jobs/job.ts";

type FileRow = Awaited<ReturnType<typeof writeFile>>;
type FileSlice = Pick<Slice<object, never>, "created_by" | "desk" | "id" | "platform">;

/** Keeps what a job made as its file; repeated, it takes the place of the one before. */
export async function keepFile(
  { created_by, desk, id, platform }: FileSlice,
  name: string,
  content_type: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<FileRow> {
  const chunks = bytes instanceof Uint8Array ? inOne(bytes) : bytes;
  return await writeFile(platform, { desk, job_id: id, name, content_type, created_by, chunks });
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const fileResult = ({ id, name, sha256, size_bytes }: FileRow): JsonObject => ({
  ...{ file_id: id, name, sha256, size_bytes },
  links: { file: `/v1/files/${id}`, content: `/v1/files/${id}/content` },
});
