import { runBatch } from "../../platform/database.ts";
import type { StoredObject } from "../../platform/stored-objects.ts";
import { type AuditSource, auditIfChanged } from "../audit/record.ts";
import { FILE_LIFE_MS } from "./policy.ts";
import { claimNamedObject, type FileRow, putFile, releaseObject } from "./store.ts";

export type NewFile = Pick<FileRow, "id" | "name" | "content_type" | "purpose" | "job_id">;

/** Makes the row of a stored object, or lets the row that is there name it; a deleted file's row stays as it is. */
export async function recordFile(source: AuditSource, file: NewFile, stored: StoredObject): Promise<FileRow> {
  const { actor, clock, db, desk } = source;
  const created_at = clock.now();
  const expires_at = created_at + FILE_LIFE_MS;
  const { key, sha256, size_bytes } = stored;
  const row: FileRow = {
    ...{ ...file, desk_id: desk, created_by: actor, created_at },
    ...{ object_key: key, size_bytes, sha256 },
    ...{ expires_at, sweep_at: expires_at, deleted_at: null },
  };
  await runBatch(
    db,
    releaseObject(db, desk, file.id, created_at),
    putFile(db, row),
    auditIfChanged(source, { action: "file.create", target: file.id, after: { sha256 } }),
    claimNamedObject(db, desk, file.id, key),
  );
  return row;
}
