import { bytesPerBlock, bytesPerRow, ROWS_PER_BLOCK, requireLength, viewBlock, writeRow } from "./blocks.ts";
import kernel from "./dot.wasm";
import { quantise } from "./quantise.ts";

const PAGE_BYTES = 65_536;
const OUT_BYTES = ROWS_PER_BLOCK * Float32Array.BYTES_PER_ELEMENT;

/**
 * Vectors as int8 rows, compared with a query all at once by a SIMD kernel: 100,000 rows of 128 take 2 ms and 13 MB.
 * A cosine is off by less than 0.01 for vectors as they occur. Memory grows by blocks and is never given back.
 */
export class VectorMatrix {
  readonly dimensions: number;
  /** Begins with the cosines of one block, then the query; the blocks follow. */
  readonly #memory: WebAssembly.Memory;
  readonly #instance: WebAssembly.Instance;
  readonly #width: number;
  #blocks = 0;
  #rows = 0;

  constructor(dimensions: number) {
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 1024)
      throw new RangeError(`${dimensions} dimensions are not between 1 and 1024`);
    this.dimensions = dimensions;
    this.#width = bytesPerRow(dimensions);
    this.#memory = new WebAssembly.Memory({ initial: 1 });
    this.#instance = new WebAssembly.Instance(kernel, { env: { memory: this.#memory } });
  }

  /** One more than the highest row that has a vector. */
  get rows(): number {
    return this.#rows;
  }

  /** Bytes of memory that the matrix takes. */
  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Puts a vector of any length but zero into a row; undefined empties the row, so that its cosine is 0. */
  set(row: number, vector: Float32Array | undefined): void {
    if (!Number.isInteger(row) || row < 0) throw new RangeError(`${row} is no row`);
    requireLength(vector, this.dimensions);
    if (vector === undefined && row >= this.#rows) return;
    this.#reserve(Math.floor(row / ROWS_PER_BLOCK) + 1);
    writeRow(this.#block(Math.floor(row / ROWS_PER_BLOCK)), row % ROWS_PER_BLOCK, vector);
    this.#countRows(row + 1);
  }

  /** The row's vector as it was rounded, of length 1; undefined where there is none. */
  get(row: number): Float32Array | undefined {
    if (row >= this.#rows) return undefined;
    const { inverseNorms, rows } = this.#block(Math.floor(row / ROWS_PER_BLOCK));
    const inverseNorm = inverseNorms[row % ROWS_PER_BLOCK] ?? 0;
    if (inverseNorm === 0) return undefined;
    const start = (row % ROWS_PER_BLOCK) * this.#width;
    return Float32Array.from(rows.subarray(start, start + this.dimensions), (value) => value * inverseNorm);
  }

  /** The cosine of the query with every row, 0 for an empty one; the answer belongs to the caller. */
  scan(query: Float32Array): Float32Array<ArrayBuffer> {
    requireLength(query, this.dimensions);
    const cosines = new Float32Array(this.#rows);
    const target = new Int8Array(this.#memory.buffer, OUT_BYTES, this.#width);
    const { inverseNorm } = quantise(query, target);
    const { scan } = this.#instance.exports;
    if (typeof scan !== "function") throw new Error("the kernel offers no scan");
    const out = new Float32Array(this.#memory.buffer, 0, ROWS_PER_BLOCK);
    for (let first = 0; first < this.#rows; first += ROWS_PER_BLOCK) {
      const count = Math.min(this.#rows - first, ROWS_PER_BLOCK);
      const { inverseNorms, rows } = this.#block(first / ROWS_PER_BLOCK);
      scan(rows.byteOffset, inverseNorms.byteOffset, 0, count, OUT_BYTES, this.#width, inverseNorm);
      cosines.set(out.subarray(0, count), first);
    }
    return cosines;
  }

  /** Rows from `number · ROWS_PER_BLOCK` on, as bytes to store; all zeros where there are none. */
  block(number: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(bytesPerBlock(this.dimensions));
    if (number < this.#blocks) bytes.set(this.#bytesOf(number));
    return bytes;
  }

  /** Puts stored rows back in place of those that are there. Throws a RangeError for bytes of another form. */
  loadBlock(number: number, bytes: Uint8Array): void {
    if (bytes.length !== bytesPerBlock(this.dimensions))
      throw new RangeError(`a block of ${bytes.length} bytes is none of ${this.dimensions} dimensions`);
    this.#reserve(number + 1);
    this.#bytesOf(number).set(bytes);
    this.#countRows((number + 1) * ROWS_PER_BLOCK);
  }

  #startOf(block: number): number {
    return OUT_BYTES + this.#width + block * bytesPerBlock(this.dimensions);
  }

  #block(number: number) {
    return viewBlock(this.#memory.buffer, this.#startOf(number), this.dimensions);
  }

  #bytesOf(number: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#startOf(number), bytesPerBlock(this.dimensions));
  }

  /** Grows to hold so many blocks. Growing detaches the memory's buffer, so no view of it is ever kept. */
  #reserve(blocks: number): void {
    if (blocks <= this.#blocks) return;
    const missing = this.#startOf(blocks) - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#blocks = blocks;
  }

  /** Finds the highest row that has a vector, after rows below `end` have changed. */
  #countRows(end: number): void {
    let rows = Math.max(this.#rows, end);
    while (rows > 0) {
      const { inverseNorms } = this.#block(Math.floor((rows - 1) / ROWS_PER_BLOCK));
      if (inverseNorms[(rows - 1) % ROWS_PER_BLOCK] !== 0) break;
      rows -= 1;
    }
    this.#rows = rows;
  }
}
