import { quantise } from "./quantise.ts";

/** Rows that are stored and grow together; a block of 128 dimensions is 132 KiB. */
export const ROWS_PER_BLOCK = 1024;
const STEP = 16;
const NORM_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Bytes of a row: its int8 values, filled up to what the kernel reads at once. */
export const bytesPerRow = (dimensions: number) => Math.ceil(dimensions / STEP) * STEP;

/** Bytes of a block: its rows, then an inverse norm (f32, little-endian) for each. */
export const bytesPerBlock = (dimensions: number) => ROWS_PER_BLOCK * (bytesPerRow(dimensions) + NORM_BYTES);

/** The two parts of a block that begins at `start` of a buffer. */
export function viewBlock(buffer: ArrayBuffer, start: number, dimensions: number) {
  const rows = ROWS_PER_BLOCK * bytesPerRow(dimensions);
  return {
    rows: new Int8Array(buffer, start, rows),
    inverseNorms: new Float32Array(buffer, start + rows, ROWS_PER_BLOCK),
  };
}

/** Writes a vector, or nothing for undefined, at a row of a block. */
export function writeRow(
  { rows, inverseNorms }: ReturnType<typeof viewBlock>,
  row: number,
  vector: Float32Array | undefined,
): void {
  const width = rows.length / ROWS_PER_BLOCK;
  const target = rows.subarray(row * width, (row + 1) * width).fill(0);
  inverseNorms[row] = vector === undefined ? 0 : quantise(vector, target).inverseNorm;
}

/**
 * The block that a `VectorMatrix` would give for these rows, so that vectors can be stored without one. At most
 * `ROWS_PER_BLOCK` vectors of `dimensions` values each, or a RangeError.
 */
export function packBlock(
  dimensions: number,
  vectors: readonly (Float32Array | undefined)[],
): Uint8Array<ArrayBuffer> {
  if (vectors.length > ROWS_PER_BLOCK) throw new RangeError(`a block has ${ROWS_PER_BLOCK} rows at most`);
  const bytes = new Uint8Array(bytesPerBlock(dimensions));
  const block = viewBlock(bytes.buffer, 0, dimensions);
  for (const [row, vector] of vectors.entries()) {
    requireLength(vector, dimensions);
    writeRow(block, row, vector);
  }
  return bytes;
}

/** Throws a RangeError for a vector of another number of values. */
export function requireLength(vector: Float32Array | undefined, dimensions: number): void {
  if (vector === undefined || vector.length === dimensions) return;
  throw new RangeError(`a vector of ${vector.length} values among those of ${dimensions}`);
}
