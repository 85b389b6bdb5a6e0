import { versionChanged, versionMissing } from "./problem.ts";

export const etagOfVersion = (version: number): string => `"${version}"`;

/** Whether `If-None-Match` has this ETag among its own, also as Cloudflare weakens it where it compresses the answer. */
export const isEtag = (sent: string | undefined, etag: string): boolean =>
  (sent ?? "").split(",").some((one) => ["*", etag].includes(one.trim().replace(/^W\//, "")));

/** The version that an ETag of ours begins with; behind a dot it may name a state that moves without being edited. */
function versionIn(etag: string): number | undefined {
  const version = /^(?:W\/)?"(\d{1,9})[."]/.exec(etag.trim())?.[1];
  return version === undefined ? undefined : Number(version);
}

/** Refuses an edit of anything but the version that the caller read: 428 without `If-Match`, 412 for another one. */
export function requireVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined) throw versionMissing();
  if (ifMatch !== "*" && versionIn(ifMatch) !== version) throw versionChanged();
}
