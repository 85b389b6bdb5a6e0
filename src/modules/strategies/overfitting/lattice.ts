/** A place in the space of parameters: the level of each, from 0. */
export type Point = readonly number[];

/** How a metric comes out at a point, more being better; null where it has no value there or the point is not allowed. */
export type Score = number | null;

/** Throws a RangeError where the point is not one of the lattice with so many levels of each parameter. */
export function requirePoint(point: Point, sizes: Point): void {
  const isInside = (level: number, at: number) =>
    Number.isInteger(level) && level >= 0 && level < (sizes[at] ?? 0);
  if (point.length !== sizes.length || !point.every(isInside))
    throw new RangeError(`[${point.join(", ")}] is no point of [${sizes.join(" × ")}] levels`);
}
