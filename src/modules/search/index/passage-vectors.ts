import { bytesPerBlock, ROWS_PER_BLOCK, viewBlock, writeRow } from "../vectors/blocks.ts";
import { VectorMatrix } from "../vectors/matrix.ts";
import { allBlocks, type BlockKind, readBlock, writeBlock } from "./blocks.ts";
import type { Side } from "./schema.ts";

/** What is written of a row; undefined where it has none any more. */
export type Changes<T> = ReadonlyMap<number, T | undefined>;

/**
 * The vectors and owners of a side's passages: blocks in SQLite, and those of the side that is read in memory. A
 * transaction that fails leaves memory ahead of SQLite, so it must call `forget`.
 */
export class PassageVectors {
  readonly #sql: SqlStorage;
  readonly #matrices = new Map<string, VectorMatrix>();
  #owners: { side: Side; numbers: Int32Array } | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** All vectors of a kind, by row. Read from SQLite at the first call: a row for each 1,024 passages. */
  matrix(side: Side, kind: BlockKind, dimensions: number): VectorMatrix {
    const name = `${side} ${kind}`;
    const known = this.#matrices.get(name);
    if (known) return known;
    const matrix = new VectorMatrix(dimensions);
    for (const { block, bytes } of allBlocks(this.#sql, side, kind)) matrix.loadBlock(block, bytes);
    this.#matrices.set(name, matrix);
    return matrix;
  }

  /** The numbers of the documents that the passages belong to, by row; 0 where there is none. */
  owners(side: Side): Int32Array {
    if (this.#owners?.side === side) return this.#owners.numbers;
    const blocks = [...allBlocks(this.#sql, side, "owners")];
    const numbers = new Int32Array(((blocks.at(-1)?.block ?? -1) + 1) * ROWS_PER_BLOCK);
    for (const { block, bytes } of blocks) numbers.set(ownersIn(bytes), block * ROWS_PER_BLOCK);
    this.#owners = { side, numbers };
    return numbers;
  }

  writeVectors(side: Side, kind: BlockKind, dimensions: number, changes: Changes<Float32Array>): void {
    const matrix = this.#matrices.get(`${side} ${kind}`);
    for (const [block, rows] of byBlock(changes)) {
      const bytes = readBlock(this.#sql, side, kind, block) ?? new Uint8Array(bytesPerBlock(dimensions));
      const view = viewBlock(bytes.buffer, 0, dimensions);
      for (const [row, vector] of rows) writeRow(view, row % ROWS_PER_BLOCK, vector);
      writeBlock(this.#sql, side, kind, block, bytes);
      matrix?.loadBlock(block, bytes);
    }
  }

  writeOwners(side: Side, changes: Changes<number>): void {
    for (const [block, rows] of byBlock(changes)) {
      const bytes = readBlock(this.#sql, side, "owners", block) ?? new Uint8Array(ROWS_PER_BLOCK * 4);
      const numbers = ownersIn(bytes);
      for (const [row, owner] of rows) numbers[row % ROWS_PER_BLOCK] = owner ?? 0;
      writeBlock(this.#sql, side, "owners", block, bytes);
    }
    if (this.#owners?.side === side) this.#owners = undefined;
  }

  /** Lets go of what is in memory; it is read again when it is needed. */
  forget(): void {
    this.#matrices.clear();
    this.#owners = undefined;
  }
}

const ownersIn = (bytes: Uint8Array) => new Int32Array(bytes.buffer, bytes.byteOffset, ROWS_PER_BLOCK);

function byBlock<T>(changes: Changes<T>): Map<number, [number, T | undefined][]> {
  const blocks = new Map<number, [number, T | undefined][]>();
  for (const change of changes) {
    const block = Math.floor(change[0] / ROWS_PER_BLOCK);
    const rows = blocks.get(block);
    if (rows) rows.push(change);
    else blocks.set(block, [change]);
  }
  return blocks;
}
