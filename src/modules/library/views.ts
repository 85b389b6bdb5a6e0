import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import type { Job } from "../jobs/job.ts";
import { jobView } from "../jobs/schemas.ts";
import type { documentSchema, documentWithJob } from "./schemas.ts";
import type { Document } from "./store.ts";

export function documentView(document: Document): z.infer<typeof documentSchema> {
  const {
    created_at,
    desk_id: _,
    text_build: __,
    created_by: ___,
    updated_at,
    version: ____,
    write_token: _____,
    ...shown
  } = document;
  const self = `/v1/documents/${document.id}`;
  return {
    ...shown,
    created_at: isoTime(created_at),
    updated_at: isoTime(updated_at),
    links: { self, content: `${self}/content`, chunks: `${self}/chunks`, job: `/v1/jobs/${document.job_id}` },
  };
}

export function documentWithJobView(
  document: Document,
  job: Job | undefined,
): z.infer<typeof documentWithJob> {
  return { ...documentView(document), job: job === undefined ? null : jobView(job) };
}

/**
 * The ETag names the version that a person edits and, behind it, the state that jobs move. `If-Match` compares the
 * first part, so that an edit isn't refused because its document went on being processed; `If-None-Match` all of it.
 */
export function etagOf({ status, updated_at, version }: Document): string {
  return `"${version}.${status}.${updated_at.toString(36)}"`;
}
