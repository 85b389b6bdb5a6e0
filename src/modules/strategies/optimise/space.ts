/** A parameter to search: every step of a range, or the values that are named. */
export type Dimension = { readonly name: string } & (
  | { readonly min: number; readonly max: number; readonly step: number }
  | { readonly values: readonly number[] }
);

/** A level for each dimension, counted from 0. */
export type Point = readonly number[];

/** Ranks are numbers that a double holds exactly. */
const MOST_POINTS = 2 ** 53;
/** The levels of a range are written out. */
const MOST_LEVELS = 100_000;

/** The points of a search, in the order of their ranks: the first dimension changes slowest. */
export class Space {
  readonly dimensions: readonly Dimension[];
  /** Levels of each dimension. */
  readonly sizes: readonly number[];
  /** Points, allowed or not. */
  readonly size: number;
  readonly #levels: readonly (readonly number[])[];
  readonly #isAllowed: (values: Readonly<Record<string, number>>) => boolean;

  /** Throws a RangeError for a space of more than 2^53 points, or a range without a level or with more than 100,000. */
  constructor(
    dimensions: readonly Dimension[],
    isAllowed: (values: Readonly<Record<string, number>>) => boolean = () => true,
  ) {
    this.dimensions = dimensions;
    this.#isAllowed = isAllowed;
    this.#levels = dimensions.map(levelsOf);
    this.sizes = this.#levels.map(({ length }) => length);
    this.size = this.sizes.reduce((all, size) => all * size, 1);
    if (this.sizes.includes(0)) throw new RangeError("a range of the space has no value");
    if (this.size > MOST_POINTS)
      throw new RangeError("the space has more than 2^53 points: take larger steps");
  }

  /** The number that a level stands for. */
  value(dimension: number, level: number): number {
    return this.#levels[dimension]?.[level] ?? Number.NaN;
  }

  valuesOf(point: Point): Record<string, number> {
    const values: Record<string, number> = {};
    for (const [at, { name }] of this.dimensions.entries()) values[name] = this.value(at, point[at] ?? 0);
    return values;
  }

  isAllowed(point: Point): boolean {
    return this.#isAllowed(this.valuesOf(point));
  }

  rankOf(point: Point): number {
    let rank = 0;
    for (const [at, size] of this.sizes.entries()) rank = rank * size + (point[at] ?? 0);
    return rank;
  }

  pointOf(rank: number): Point {
    const point = new Array<number>(this.sizes.length).fill(0);
    let rest = rank;
    for (let at = this.sizes.length - 1; at >= 0; at -= 1) {
      const size = this.sizes[at] ?? 1;
      point[at] = rest % size;
      rest = Math.floor(rest / size);
    }
    return point;
  }
}

/** Of a range, min + i·step without the drift of sums: 0.1, 0.2, 0.3. */
function levelsOf(dimension: Dimension): readonly number[] {
  if ("values" in dimension) return dimension.values;
  const { max, min, step } = dimension;
  const count = Math.floor((max - min) / step + 1e-9) + 1;
  if (!(count <= MOST_LEVELS))
    throw new RangeError(
      `the range of ${dimension.name} has more than ${MOST_LEVELS} steps: take larger ones`,
    );
  const decimals = Math.max(decimalsOf(min), decimalsOf(step));
  return Array.from({ length: Math.max(0, count) }, (_, level) =>
    Number((min + level * step).toFixed(decimals)),
  );
}

const MOST_DECIMALS = 12;
function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < MOST_DECIMALS; decimals += 1)
    if (Number(value.toFixed(decimals)) === value) return decimals;
  return MOST_DECIMALS;
}
