/** A parameter to search: every step of a range, or the values that are named. */
export type Dimension = { readonly name: string } & (
  | { readonly min: number; readonly max: number; readonly step: number }
  | { readonly values: readonly number[] }
);

/** A level for each dimension, counted from 0. */
export type Point = readonly number[];

/** Ranks are numbers that a double holds exactly. */
const MOST_POINTS = 2 ** 53;
const MOST_LEVELS = 1_000_000;

/** The points of a search, in the order of their ranks: the first dimension changes slowest. */
export class Space {
  readonly dimensions: readonly Dimension[];
  /** Levels of each dimension. */
  readonly sizes: readonly number[];
  /** Points, allowed or not. */
  readonly size: number;
  readonly #axes: readonly Axis[];
  readonly #isAllowed: ((values: Readonly<Record<string, number>>) => boolean) | undefined;
  readonly #asked: Record<string, number> = {};

  /**
   * `isAllowed` is given the same object each time, and must not keep it. Throws a RangeError for a space of more than 2^53 points,
   * a dimension of more than 1,000,000 levels or of none, a number that is not finite, or a name that is there twice.
   */
  constructor(
    dimensions: readonly Dimension[],
    isAllowed?: (values: Readonly<Record<string, number>>) => boolean,
  ) {
    this.dimensions = dimensions;
    this.#isAllowed = isAllowed;
    this.#axes = dimensions.map(axisOf);
    this.sizes = this.#axes.map(({ size }) => size);
    this.size = this.sizes.reduce((all, size) => all * size, 1);
    if (new Set(dimensions.map(({ name }) => name)).size < dimensions.length)
      throw new RangeError("the space has two dimensions of one name");
    if (this.size > MOST_POINTS)
      throw new RangeError("the space has more than 2^53 points: take larger steps");
  }

  /** The number that a level stands for. */
  value(dimension: number, level: number): number {
    return this.#axes[dimension]?.valueAt(level) ?? Number.NaN;
  }

  valuesOf(point: Point): Record<string, number> {
    return this.#fill({}, point);
  }

  isAllowed(point: Point): boolean {
    return this.#isAllowed === undefined || this.#isAllowed(this.#fill(this.#asked, point));
  }

  /** The first rank from `start` on and below `end` whose point is allowed. */
  nextAllowed(start: number, end = this.size): number | undefined {
    if (this.#isAllowed === undefined) return start < end ? start : undefined;
    const point = [...this.pointOf(start)];
    const values = this.#fill(this.#asked, point);
    for (let rank = start; rank < end; rank += 1) {
      if (this.#isAllowed(values)) return rank;
      this.#step(point, values);
    }
    return undefined;
  }

  /** Whether more than `count` points are allowed; looks at no more than it must. */
  hasMoreThan(count: number): boolean {
    let rank = this.nextAllowed(0);
    for (let left = count; left > 0 && rank !== undefined; left -= 1) rank = this.nextAllowed(rank + 1);
    return rank !== undefined;
  }

  rankOf(point: Point): number {
    let rank = 0;
    for (let at = 0; at < this.sizes.length; at += 1) rank = rank * (this.sizes[at] ?? 1) + (point[at] ?? 0);
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

  /** To the next rank: only what changes is written, so that many are looked at in little time. */
  #step(point: number[], values: Record<string, number>): void {
    for (let at = point.length - 1; at >= 0; at -= 1) {
      const level = ((point[at] ?? 0) + 1) % (this.sizes[at] ?? 1);
      point[at] = level;
      values[this.dimensions[at]?.name ?? ""] = this.value(at, level);
      if (level > 0) return;
    }
  }

  #fill(values: Record<string, number>, point: Point): Record<string, number> {
    for (let at = 0; at < this.dimensions.length; at += 1) {
      const name = this.dimensions[at]?.name;
      if (name !== undefined) values[name] = this.value(at, point[at] ?? 0);
    }
    return values;
  }
}

/** The levels of one dimension, from the lowest number to the highest. */
interface Axis {
  readonly size: number;
  valueAt(level: number): number | undefined;
}

function axisOf(dimension: Dimension): Axis {
  const { name } = dimension;
  if ("values" in dimension) {
    const values = [...new Set(dimension.values)].sort((a, b) => a - b);
    requireLevels(name, values.length, values.every(Number.isFinite));
    return { size: values.length, valueAt: (level) => values[level] };
  }
  const { max, min, step } = dimension;
  const isRange = [max, min, step].every(Number.isFinite) && step > 0;
  // The last step may fall short of its end by what division lost.
  const size = Math.floor((max - min) / step + 1e-9) + 1;
  requireLevels(name, size, isRange);
  const decimals = Math.max(decimalsOf(min), decimalsOf(step));
  const valueAt = (level: number) => Math.min(max, roundedTo(min + level * step, decimals));
  if (size > MOST_KEPT_LEVELS) return { size, valueAt };
  const levels = Float64Array.from({ length: size }, (_, level) => valueAt(level));
  return { size, valueAt: (level) => levels[level] };
}

/** Of the ranges that are worked out once and kept. */
const MOST_KEPT_LEVELS = 10_000;

function requireLevels(name: string, levels: number, areNumbers: boolean): void {
  if (!areNumbers) throw new RangeError(`the range of ${name} needs finite numbers and a step above 0`);
  if (!(levels >= 1)) throw new RangeError(`the range of ${name} has no value`);
  if (levels > MOST_LEVELS)
    throw new RangeError(`the range of ${name} has more than ${MOST_LEVELS} values: take a larger step`);
}

const MOST_DECIMALS = 15;

/** Decimals that a number is written with; one more than there may be for one that is no short decimal. */
function decimalsOf(value: number): number {
  let decimals = 0;
  while (decimals <= MOST_DECIMALS && Number(value.toFixed(decimals)) !== value) decimals += 1;
  return decimals;
}

/** Without the drift of sums, 0.1, 0.2, 0.3; a step like 1/3 stays what its double is. */
const roundedTo = (value: number, decimals: number): number =>
  (decimals > MOST_DECIMALS ? value : Number(value.toFixed(decimals))) + 0;
