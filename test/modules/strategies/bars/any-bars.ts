import fc from "fast-check";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";

/** Bars from rows of open, high, low, close and volume. */
export function barsOf(times: readonly number[], rows: readonly (readonly number[])[]): Bars {
  const column = (at: number) => Float64Array.from(rows, (row) => row[at] ?? 0);
  return {
    times: Float64Array.from(times),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

/** Bars of one close each, which is all four prices, with a volume of 1,000. */
export const flatBars = (times: readonly number[], closes: readonly number[]): Bars =>
  barsOf(
    times,
    closes.map((close) => [close, close, close, close, 1000]),
  );

const anyValue = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((ticks) => ticks / 100),
  fc.integer({ min: 0, max: 2 ** 40 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const tickValue = fc.integer({ min: 0, max: 100_000 }).map((ticks) => (ticks * 25) / 100);

/** Bars of rising times whose numbers are anything finite, or all whole ticks. */
export const anyBars: fc.Arbitrary<Bars> = fc
  .record({
    start: fc.integer({ min: -(10 ** 12), max: 4 * 10 ** 12 }),
    step: fc.constantFrom(1, 1000, 60_000, 86_400_000),
    value: fc.constantFrom(anyValue, tickValue),
  })
  .chain(({ start, step, value }) =>
    fc
      .array(fc.tuple(fc.integer({ min: 1, max: 400 }), value, value, value, value, value), { maxLength: 60 })
      .map((rows) => {
        let time = start;
        const times = rows.map(([steps]) => {
          time += steps * step;
          return time;
        });
        return barsOf(
          times,
          rows.map(([, ...numbers]) => numbers),
        );
      }),
  );
