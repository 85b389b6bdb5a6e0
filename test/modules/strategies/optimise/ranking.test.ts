import { describe, expect, it } from "vitest";
import { EarlyStop } from "../../../../src/modules/strategies/optimise/early-stop.ts";
import { Best, compare, standingOf } from "../../../../src/modules/strategies/optimise/ranking.ts";

const standing = (loss: number, violation = 0, rank = 0) => standingOf({ losses: [loss], violation }, rank);

describe("ranking", () => {
  it("puts feasible before infeasible, less violation before more, then loss, then rank; failures last", () => {
    const inOrder = [
      standing(1, 0, 4),
      standing(2, 0, 3),
      standing(2, 0, 9),
      standing(5, 0.1, 1),
      standing(-9, 0.2, 1),
      standing(-9, Number.NaN, 1),
      standing(Number.NaN, 0, 2),
    ];
    for (const from of [inOrder.toReversed(), inOrder.toSorted((a, b) => a.loss - b.loss)])
      expect(from.sort(compare)).toEqual(inOrder);
  });

  it("keeps the best of all, ties by the lower rank, whatever the order they come in", () => {
    const told = Array.from({ length: 200 }, (_, at) => ({ loss: (at * 37) % 20, rank: (at * 73) % 200 }));
    const expected = told
      .toSorted((a, b) => a.loss - b.loss || a.rank - b.rank)
      .slice(0, 15)
      .map(({ rank }) => rank);
    for (const order of [told, told.toReversed()]) {
      const best = new Best<number>(15);
      for (const { loss, rank } of order) best.note(standing(loss, 0, rank), rank);
      expect(best.list()).toEqual(expected);
    }
  });

  it("says when the best of all is another", () => {
    const best = new Best<string>(2);
    expect([5, 7, 5, 9, 4].map((loss, rank) => best.note(standing(loss, 0, rank), ""))).toEqual([
      ...[true, false, false, false],
      true,
    ]);
  });
});

describe("an early stop", () => {
  /** Trials told until it is reached. */
  function reachedAfter(
    losses: number[],
    patience: number,
    min_improvement: number,
    violations: number[] = [],
  ) {
    const stop = new EarlyStop({ patience, min_improvement });
    for (const [at, loss] of losses.entries()) {
      stop.note(standing(loss, violations[at] ?? 0, at));
      if (stop.isReached) return at + 1;
    }
    return undefined;
  }

  it("comes after as many trials without a better one as the rule has patience for", () => {
    expect(reachedAfter([5, 4, 4, 4, 4], 3, 0)).toBe(5);
    expect(reachedAfter([5, 4, 4, 3, 4, 4], 3, 0)).toBeUndefined();
  });

  it("counts only improvements that are large enough, also when small ones add up", () => {
    expect(reachedAfter([5, 4.9, 4.8, 4.7], 3, 1)).toBe(4);
    expect(reachedAfter([5, 4.6, 4.2, 3.8, 3.4], 3, 1)).toBeUndefined();
  });

  it("takes the first feasible one as better, and failures as nothing", () => {
    expect(reachedAfter([1, 1, 9, 9, 9], 3, 0, [1, 1, 0, 0, 0])).toBeUndefined();
    expect(reachedAfter([Number.NaN, Number.NaN, Number.NaN], 2, 0)).toBe(3);
  });
});
