import type { DeskId } from "../../platform/ids.ts";
import { type Head, type KeyRing, type SignedHead, verifyHead } from "./heads.ts";

const objectKey = (desk: DeskId): string => `audit/${desk}/head.jws`;

/** The head that lies in R2, outside the database and outside the object that seals. */
export interface PublishedHead {
  /** Undefined where nothing lies there. */
  signature: string | undefined;
  /** What it says, if one of our keys signed it for this desk. */
  head: Head | undefined;
}

export async function readPublishedHead(
  files: R2Bucket,
  keys: KeyRing,
  desk: DeskId,
): Promise<PublishedHead> {
  const signature = await (await files.get(objectKey(desk)))?.text();
  const head = signature === undefined ? undefined : await verifyHead(keys, ["row"], signature);
  return { signature, head: head?.desk === desk ? head : undefined };
}

export async function publishHead(files: R2Bucket, desk: DeskId, { signature }: SignedHead): Promise<void> {
  await files.put(objectKey(desk), signature, { httpMetadata: { contentType: "application/jose" } });
}
