const MOST = 127;

/** What one vector becomes: its int8 values, written in place, and this. */
export interface Quantised {
  /** Value = scale · int8. */
  scale: number;
  /** 1 / length of the int8 values; 0 where all of them are zero. */
  inverseNorm: number;
}

/** Writes a vector as int8 values, its greatest as ±127; -128 never occurs. */
export function quantise(vector: Float32Array, target: Int8Array): Quantised {
  let greatest = 0;
  for (const value of vector) greatest = Math.max(greatest, Math.abs(value));
  if (!(greatest > 0 && Number.isFinite(greatest))) {
    target.fill(0);
    return { scale: 0, inverseNorm: 0 };
  }
  let squares = 0;
  for (let at = 0; at < vector.length; at += 1) {
    const rounded = Math.round(((vector[at] ?? 0) / greatest) * MOST);
    target[at] = rounded;
    squares += rounded * rounded;
  }
  return { scale: greatest / MOST, inverseNorm: 1 / Math.sqrt(squares) };
}

/** Scales a vector to length 1 in place; undefined where it has no direction. */
export function toUnit(vector: Float32Array): Float32Array | undefined {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (!(squares > 0 && Number.isFinite(squares))) return undefined;
  const inverse = 1 / Math.sqrt(squares);
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) * inverse;
  return vector;
}
