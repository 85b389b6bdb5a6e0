import type { MultipartFile } from "../../http/multipart.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import { type FileId, newId } from "../../platform/ids.ts";
import { type StoredObject, storeObject } from "../../platform/stored-objects.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { newObjectKey } from "./object-keys.ts";
import { recordFile } from "./record.ts";
import { type FileRow, findFile } from "./store.ts";
import { utf8Text } from "./utf8-text.ts";

export interface StoredFile extends StoredObject {
  id: FileId;
  name: string;
}

/** Streams an upload into R2 as far as it is text. */
export async function storeFile(ctx: Ctx, { chunks, name }: MultipartFile): Promise<StoredFile> {
  requirePermission(ctx, "files:write");
  const id = newId("fil");
  const stored = await storeObject(ctx, newObjectKey(ctx.desk, id), utf8Text(chunks));
  return { ...stored, id, name };
}

/** What makes two uploads the same call. */
export async function fingerprintOf({ name, sha256 }: StoredFile): Promise<string> {
  return await sha256Hex(JSON.stringify([sha256, name]));
}

/** Makes the file of a stored upload, also where the batch was written and its answer lost. */
export async function createFile(ctx: Ctx, stored: StoredFile): Promise<FileRow> {
  requirePermission(ctx, "files:write");
  const { id, name } = stored;
  const file = { id, name, content_type: "text/csv", purpose: "upload" as const, job_id: null };
  try {
    return await recordFile(ctx, file, stored);
  } catch (error) {
    const written = await findFile(ctx.db, ctx.desk, id);
    if (written === undefined) throw error;
    return written;
  }
}
