import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dominates, frontsOf } from "../../../../src/modules/strategies/optimise/dominance.ts";
import { ParetoFront } from "../../../../src/modules/strategies/optimise/pareto.ts";

/** Small numbers, so that there are ties and equals. */
const outcomes = (objectives: number) =>
  fc
    .array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: objectives, maxLength: objectives }), {
      minLength: 1,
      maxLength: 60,
    })
    .map((all) => all.map((losses, at) => ({ losses, rank: (at * 37) % 61 })));

type Outcomes = { losses: number[]; rank: number }[];
const byLosses = (a: Outcomes[number], b: Outcomes[number]) => {
  for (const [at, loss] of a.losses.entries()) if (loss !== b.losses[at]) return loss - (b.losses[at] ?? 0);
  return a.rank - b.rank;
};
/** By comparing all with all. */
const frontOf = (all: Outcomes) =>
  all
    .filter((one) => !all.some(({ losses }) => dominates(losses, one.losses)))
    .filter(
      (one, _, front) =>
        !front.some(({ losses, rank }) => rank < one.rank && `${losses}` === `${one.losses}`),
    )
    .sort(byLosses);

describe.each([1, 2, 3])("a front of %i objectives", (objectives) => {
  it("is what comparing all with all gives, in any order of arrival", () => {
    fc.assert(
      fc.property(outcomes(objectives), (all) => {
        for (const order of [all, all.toReversed()]) {
          const front = new ParetoFront<(typeof all)[number]>(1_000);
          for (const one of order) front.note(one.losses, one.rank, one);
          expect(front.list()).toEqual(frontOf(all));
        }
      }),
    );
  });

  it("is followed by those of what is left", () => {
    fc.assert(
      fc.property(outcomes(objectives), (all) => {
        let left = all;
        for (const front of frontsOf(all)) {
          const taken = left.filter((one) => !left.some(({ losses }) => dominates(losses, one.losses)));
          expect(front.toSorted(byLosses)).toEqual(taken.toSorted(byLosses));
          left = left.filter((one) => !taken.includes(one));
        }
        expect(left).toEqual([]);
      }),
    );
  });
});

describe("a front that is full", () => {
  it("keeps its ends and gives up the closest, the higher rank of equally close ones", () => {
    const front = new ParetoFront<number>(4);
    for (const [rank, x] of [0, 10, 5, 5.5, 2].entries()) front.note([x, 10 - x], rank, x);
    expect(front.list()).toEqual([0, 2, 5.5, 10]);
    const even = new ParetoFront<number>(4);
    for (const x of [0, 1, 2, 3, 4]) even.note([x, 4 - x], x, x);
    expect(even.list()).toEqual([0, 1, 2, 4]);
  });

  it("says whether an outcome joined it", () => {
    const front = new ParetoFront<string>(3);
    expect(front.note([1, 1], 5, "a")).toBe(true);
    expect(front.note([1, 2], 1, "worse")).toBe(false);
    expect(front.note([1, 1], 6, "same, higher rank")).toBe(false);
    expect(front.note([1, 1], 4, "same, lower rank")).toBe(true);
    expect(front.note([0, 2], 9, "b")).toBe(true);
    expect(front.list()).toEqual(["b", "same, lower rank"]);
  });
});
