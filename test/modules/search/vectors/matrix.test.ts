import { expect, it } from "vitest";
import { packBlock, ROWS_PER_BLOCK } from "../../../../src/modules/search/vectors/blocks.ts";
import { VectorMatrix } from "../../../../src/modules/search/vectors/matrix.ts";
import { randomFrom } from "../../../../src/modules/search/vectors/random.ts";

const random = randomFrom(7);
const vectorOf = (dimensions: number) => Float32Array.from({ length: dimensions }, () => random() - 0.5);

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
const cosine = (a: Float32Array, b: Float32Array) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

function matrixOf(dimensions: number, vectors: readonly (Float32Array | undefined)[]): VectorMatrix {
  const matrix = new VectorMatrix(dimensions);
  for (const [row, vector] of vectors.entries()) matrix.set(row, vector);
  return matrix;
}

it.each([16, 100, 128, 500])("gives the cosine of every row with a query, in %i dimensions", (dimensions) => {
  const vectors = Array.from({ length: ROWS_PER_BLOCK + 300 }, () => vectorOf(dimensions));
  const query = vectorOf(dimensions);
  const matrix = matrixOf(dimensions, vectors);
  const cosines = matrix.scan(query);
  expect(cosines).toHaveLength(vectors.length);
  const rounded = matrixOf(dimensions, [query]).get(0);
  for (const [row, vector] of vectors.entries()) {
    expect(Math.abs((cosines[row] ?? 9) - cosine(vector, query))).toBeLessThan(0.02);
    // Against what is stored there is no difference but that of 32-bit floats.
    expect(cosines[row]).toBeCloseTo(dot(matrix.get(row) ?? query, rounded ?? query), 5);
  }
});

it("sums the largest values there are without overflow", () => {
  const ones = new Float32Array(1024).fill(1);
  const matrix = matrixOf(1024, [ones, ones.map((value) => -value)]);
  expect([...matrix.scan(ones)]).toEqual([1, -1]);
});

it("keeps a vector as a unit vector, whatever its length was", () => {
  const vector = vectorOf(100);
  const kept = matrixOf(100, [vector.map((value) => value * 1e-6)]).get(0);
  expect(kept).toHaveLength(100);
  expect(dot(kept ?? vector, kept ?? vector)).toBeCloseTo(1, 5);
  expect(cosine(kept ?? vector, vector)).toBeGreaterThan(0.999);
});

it("answers 0 for rows without a vector, and ends at the highest row that has one", () => {
  const vector = vectorOf(32);
  const matrix = matrixOf(32, [undefined, vector, undefined]);
  expect(matrix.rows).toBe(2);
  expect([...matrix.scan(vector)]).toEqual([0, expect.closeTo(1, 5)]);
  expect(matrix.get(0)).toBeUndefined();
  expect(matrix.get(7_000)).toBeUndefined();
  matrix.set(1, undefined);
  expect(matrix.rows).toBe(0);
  expect(matrix.scan(vector)).toHaveLength(0);
  matrix.set(0, vector);
  expect([...matrix.scan(new Float32Array(32))]).toEqual([0]);
});

it("gives answers that outlast its growth and the next scan", () => {
  const vector = vectorOf(16);
  const matrix = matrixOf(16, [vector]);
  const first = matrix.scan(vector);
  matrix.set(20 * ROWS_PER_BLOCK, vector);
  matrix.scan(vector.map((value) => -value));
  expect([...first]).toEqual([expect.closeTo(1, 5)]);
  expect(matrix.rows).toBe(20 * ROWS_PER_BLOCK + 1);
  expect(matrix.get(0)).toEqual(matrix.get(20 * ROWS_PER_BLOCK));
});

it("grows by no more than the blocks it holds", () => {
  const matrix = new VectorMatrix(128);
  for (const blocks of [1, 2, 10]) {
    matrix.set(blocks * ROWS_PER_BLOCK - 1, vectorOf(128));
    const needed = blocks * ROWS_PER_BLOCK * (128 + 4) + 4 * ROWS_PER_BLOCK + 128;
    expect(matrix.byteLength).toBe(Math.ceil(needed / 65_536) * 65_536);
  }
});

it("moves to another matrix by its blocks", () => {
  const vectors = Array.from({ length: 2 * ROWS_PER_BLOCK + 5 }, (_, row) =>
    row % 3 === 0 ? undefined : vectorOf(100),
  );
  const matrix = matrixOf(100, vectors);
  const copy = new VectorMatrix(100);
  for (const number of [2, 0, 1]) copy.loadBlock(number, matrix.block(number));
  const query = vectorOf(100);
  expect(copy.rows).toBe(matrix.rows);
  expect(copy.scan(query)).toEqual(matrix.scan(query));
  copy.loadBlock(2, packBlock(100, []));
  expect(copy.rows).toBe(2 * ROWS_PER_BLOCK);
});

it("packs the same block without a matrix", () => {
  const vectors = [vectorOf(100), undefined, vectorOf(100)];
  expect(packBlock(100, vectors)).toEqual(matrixOf(100, vectors).block(0));
  expect(packBlock(100, [])).toEqual(new VectorMatrix(100).block(3));
  expect(packBlock(128, []).length).toBeLessThan(2_000_000 / 10);
});

it("refuses vectors, rows and blocks of another form", () => {
  const matrix = new VectorMatrix(32);
  expect(() => matrix.set(0, new Float32Array(31))).toThrow(RangeError);
  expect(() => matrix.scan(new Float32Array(48))).toThrow(RangeError);
  expect(() => matrix.set(-1, new Float32Array(32))).toThrow(RangeError);
  expect(() => matrix.set(0.5, new Float32Array(32))).toThrow(RangeError);
  expect(() => matrix.loadBlock(0, packBlock(48, []))).toThrow(RangeError);
  expect(() => packBlock(32, new Array(ROWS_PER_BLOCK + 1).fill(undefined))).toThrow(RangeError);
  expect(() => packBlock(32, [new Float32Array(33)])).toThrow(RangeError);
  expect(() => new VectorMatrix(0)).toThrow(RangeError);
});

it("takes a vector that is no direction, zero or not finite, for none", () => {
  const matrix = matrixOf(16, [new Float32Array(16), new Float32Array(16).fill(Number.NaN)]);
  expect(matrix.rows).toBe(0);
  matrix.set(0, new Float32Array(16).fill(Number.POSITIVE_INFINITY));
  expect(matrix.rows).toBe(0);
});
