import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import type { fileSchema } from "./schemas.ts";
import type { FileRow } from "./store.ts";

export function fileView(file: FileRow): z.infer<typeof fileSchema> {
  const { content_type, created_by, id, job_id, name, purpose, sha256, size_bytes } = file;
  const self = `/v1/files/${id}`;
  return {
    ...{ id, name, content_type, size_bytes, sha256, purpose, job_id, created_by },
    created_at: isoTime(file.created_at),
    expires_at: isoTime(file.expires_at),
    links: { self, content: `${self}/content`, ...(job_id === null ? {} : { job: `/v1/jobs/${job_id}` }) },
  };
}
