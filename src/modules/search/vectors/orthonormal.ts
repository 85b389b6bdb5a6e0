/** Below this share of a column's own length, what is left of it is rounding. */
const DEPENDENT = 1e-9;

/**
 * Makes the columns of a row-major matrix orthonormal in place, by Cholesky-QR: Q = Z·L⁻ᵀ with ZᵀZ = L·Lᵀ. A column
 * that depends on those before it becomes zero.
 */
export function orthonormalise(matrix: Float32Array, columns: number): void {
  const lower = choleskyOf(gramOf(matrix, columns), columns);
  for (let start = 0; start < matrix.length; start += columns) {
    const row = matrix.subarray(start, start + columns);
    for (let j = 0; j < columns; j += 1) {
      let value = row[j] ?? 0;
      for (let i = 0; i < j; i += 1) value -= (row[i] ?? 0) * (lower[j * columns + i] ?? 0);
      const pivot = lower[j * columns + j] ?? 0;
      row[j] = pivot === 0 ? 0 : value / pivot;
    }
  }
}

/** The lower half of ZᵀZ. */
function gramOf(matrix: Float32Array, columns: number): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let start = 0; start < matrix.length; start += columns) {
    for (let i = 0; i < columns; i += 1) {
      const value = matrix[start + i] ?? 0;
      if (value === 0) continue;
      const to = i * columns;
      for (let j = 0; j <= i; j += 1) gram[to + j] = (gram[to + j] ?? 0) + value * (matrix[start + j] ?? 0);
    }
  }
  return gram;
}

/** The lower factor, written over the lower half of a symmetric matrix; a pivot of 0 marks a dependent column. */
function choleskyOf(gram: Float64Array, columns: number): Float64Array {
  for (let j = 0; j < columns; j += 1) {
    const own = gram[j * columns + j] ?? 0;
    for (let i = j; i < columns; i += 1) {
      let value = gram[i * columns + j] ?? 0;
      for (let k = 0; k < j; k += 1) value -= (gram[i * columns + k] ?? 0) * (gram[j * columns + k] ?? 0);
      gram[i * columns + j] = value;
    }
    const left = gram[j * columns + j] ?? 0;
    const pivot = left > own * DEPENDENT ? Math.sqrt(left) : 0;
    for (let i = j; i < columns; i += 1) {
      gram[i * columns + j] = pivot === 0 ? 0 : (gram[i * columns + j] ?? 0) / pivot;
    }
  }
  return gram;
}
