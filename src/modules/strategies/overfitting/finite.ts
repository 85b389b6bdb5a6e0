/** Throws a RangeError where a value is not finite: one of them would make every figure of all of them nothing. */
export function requireFinite(values: Float64Array): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new RangeError(`value ${at} is ${values[at]}`);
}
