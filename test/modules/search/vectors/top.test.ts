import fc from "fast-check";
import { expect, it } from "vitest";
import { topOf } from "../../../../src/modules/search/vectors/top.ts";

it("is the beginning of the whole list sorted, best first and ties by row", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 60 }),
      fc.integer({ min: 0, max: 70 }),
      (values, count) => {
        const sorted = values
          .map((score, row) => ({ row, score }))
          .sort((a, b) => b.score - a.score || a.row - b.row);
        expect(topOf(Float32Array.from(values), count)).toEqual(sorted.slice(0, count));
      },
    ),
  );
});

it("leaves out scores that are no number", () => {
  expect(topOf(Float32Array.of(Number.NaN, 1, Number.NaN, 2), 3)).toEqual([
    { row: 3, score: 2 },
    { row: 1, score: 1 },
  ]);
});
