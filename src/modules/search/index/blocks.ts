import type { Side } from "./schema.ts";

/**
 * What every passage has in a few bytes, kept by row number in blocks: so a hundred thousand are read in a hundred
 * rows. `topics` belongs to one model, whose number the kind carries.
 */
export type BlockKind = "words" | "owners" | `topics-${number}`;

export function readBlock(
  sql: SqlStorage,
  side: Side,
  kind: BlockKind,
  block: number,
): Uint8Array<ArrayBuffer> | undefined {
  const row = sql
    .exec<{ bytes: ArrayBuffer }>(
      "SELECT bytes FROM vectors WHERE side = ? AND kind = ? AND block = ?",
      side,
      kind,
      block,
    )
    .toArray()[0];
  return row && new Uint8Array(row.bytes);
}

export function writeBlock(
  sql: SqlStorage,
  side: Side,
  kind: BlockKind,
  block: number,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  sql.exec(
    "INSERT OR REPLACE INTO vectors (side, kind, block, bytes) VALUES (?, ?, ?, ?)",
    side,
    kind,
    block,
    bytes,
  );
}

export function dropBlocks(sql: SqlStorage, kind: BlockKind): void {
  sql.exec("DELETE FROM vectors WHERE kind = ?", kind);
}

export function dropBlock(sql: SqlStorage, side: Side, kind: BlockKind, block: number): void {
  sql.exec("DELETE FROM vectors WHERE side = ? AND kind = ? AND block = ?", side, kind, block);
}

export function* allBlocks(
  sql: SqlStorage,
  side: Side,
  kind: BlockKind,
): Generator<{ block: number; bytes: Uint8Array<ArrayBuffer> }> {
  const rows = sql.exec<{ block: number; bytes: ArrayBuffer }>(
    "SELECT block, bytes FROM vectors WHERE side = ? AND kind = ? ORDER BY block",
    side,
    kind,
  );
  for (const { block, bytes } of rows) yield { block, bytes: new Uint8Array(bytes) };
}
