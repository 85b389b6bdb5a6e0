import type { LsaModel } from "../vectors/lsa.ts";
import { decodeModel } from "../vectors/lsa-format.ts";

/** A value of the object's SQLite holds 2 MB. */
const PART_BYTES = 1_000_000;

/** Keeps trained topics under a number, in parts. */
export function storeModel(sql: SqlStorage, model: number, bytes: Uint8Array): void {
  sql.exec("DELETE FROM models WHERE model = ?", model);
  for (let part = 0; part * PART_BYTES < bytes.length; part += 1) {
    const slice = bytes.slice(part * PART_BYTES, (part + 1) * PART_BYTES);
    sql.exec("INSERT INTO models (model, part, bytes) VALUES (?, ?, ?)", model, part, slice);
  }
}

export function loadModel(sql: SqlStorage, model: number): LsaModel | undefined {
  const parts = sql
    .exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM models WHERE model = ? ORDER BY part", model)
    .toArray();
  if (parts.length === 0) return undefined;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.bytes), at);
    at += part.bytes.byteLength;
  }
  return decodeModel(bytes);
}

export function dropModel(sql: SqlStorage, model: number): void {
  sql.exec("DELETE FROM models WHERE model = ?", model);
}
