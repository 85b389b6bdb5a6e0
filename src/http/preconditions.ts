import { versionChanged, versionMissing } from "./problem.ts";

export const etagOfVersion = (version: number): string => `"${version}"`;

/** The version that an ETag names first, whatever else it tells. */
export function versionIn(etag: string): number | undefined {
  const version = /^(?:W\/)?"(\d{1,9})[."]/.exec(etag.trim())?.[1];
  return version === undefined ? undefined : Number(version);
}

/** An edit must name the version that it is of: 428 without `If-Match`, 412 where that is another one. */
export function requireVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined) throw versionMissing();
  if (ifMatch !== "*" && versionIn(ifMatch) !== version) throw versionChanged();
}
