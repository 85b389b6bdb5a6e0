import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GridSampler } from "../../../../src/modules/strategies/optimise/grid.ts";
import { Space } from "../../../../src/modules/strategies/optimise/space.ts";

const levels = (count: number, name = "x") => ({ name, min: 1, max: count, step: 1 });
const valuesOf = (space: Space) => Array.from({ length: space.size }, (_, level) => space.value(0, level));

describe("a space", () => {
  it("decodes steps without the drift of sums", () => {
    const tenths = new Space([{ name: "x", min: 0.1, max: 1, step: 0.1 }]);
    expect(valuesOf(tenths)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    const quarters = new Space([{ name: "x", min: -0.5, max: 0.5, step: 0.25 }]);
    expect(valuesOf(quarters)).toEqual([-0.5, -0.25, 0, 0.25, 0.5]);
    expect(Object.is(quarters.value(0, 2), 0)).toBe(true);
  });

  it("meets the end of a range in thirds, and stops before an end that no step meets", () => {
    const thirds = new Space([{ name: "x", min: 0, max: 1, step: 1 / 3 }]);
    expect(valuesOf(thirds)).toEqual([0, 1 / 3, 2 / 3, 1]);
    expect(valuesOf(new Space([{ name: "x", min: 5, max: 50, step: 20 }]))).toEqual([5, 25, 45]);
  });

  it("keeps steps that are smaller than any short decimal apart", () => {
    const tiny = new Space([{ name: "x", min: 0, max: 3e-17, step: 1e-17 }]);
    expect(new Set(valuesOf(tiny)).size).toBe(4);
  });

  it("orders named values and holds each once, so that no parameters are run twice", () => {
    expect(valuesOf(new Space([{ name: "x", values: [200, 20, 50, 20] }]))).toEqual([20, 50, 200]);
  });

  it("leads from rank to point and back, the first dimension slowest", () => {
    const space = new Space([levels(2, "a"), levels(3, "b"), levels(1, "c")]);
    expect(Array.from({ length: 6 }, (_, rank) => space.pointOf(rank))).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 2, 0],
      [1, 0, 0],
      [1, 1, 0],
      [1, 2, 0],
    ]);
    const sizes = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (counts, share) => {
        const any = new Space(counts.map((count, at) => levels(count, `x${at}`)));
        const rank = Math.floor(share * any.size);
        expect(any.rankOf(any.pointOf(rank))).toBe(rank);
      }),
    );
  });

  it("refuses what it can't count, and says what to do", () => {
    const wide = Array.from({ length: 6 }, (_, at) => levels(1_000, `x${at}`));
    expect(() => new Space(wide)).toThrow(/more than 2\^53 points: take larger steps/);
    expect(() => new Space([{ name: "x", min: 0, max: 1e12, step: 1e-3 }])).toThrow(/more than 1000000/);
    expect(() => new Space([{ name: "x", min: 1, max: 0, step: 1 }])).toThrow(/has no value/);
    expect(() => new Space([{ name: "x", values: [] }])).toThrow(/has no value/);
    expect(() => new Space([{ name: "x", min: 0, max: 1, step: 0 }])).toThrow(/step above 0/);
    expect(() => new Space([{ name: "x", values: [1, Number.NaN] }])).toThrow(/finite/);
    expect(() => new Space([levels(2), levels(3)])).toThrow(/two dimensions of one name/);
  });
});

describe("a grid", () => {
  /** Asks until there is nothing left. */
  function walk(space: Space): number[] {
    const sampler = new GridSampler(space);
    const ranks: number[] = [];
    for (let point = sampler.ask(); point; point = sampler.ask()) {
      ranks.push(space.rankOf(point));
      sampler.tell(0, point);
    }
    return ranks;
  }

  it("goes through every allowed point in the order of ranks", () => {
    const space = new Space([levels(4, "fast"), levels(5, "slow")], ({ fast = 0, slow = 0 }) => fast < slow);
    const allowed = Array.from({ length: 20 }, (_, rank) => rank).filter((rank) =>
      space.isAllowed(space.pointOf(rank)),
    );
    expect(allowed).toHaveLength(10);
    expect(walk(space)).toEqual(allowed);
  });

  it("finds the few points that are allowed among many, and ends where there are none", () => {
    const few = new Space([levels(1_000, "a"), levels(1_000, "b")], ({ a, b }) => a === 777 && b === 778);
    expect(walk(few)).toEqual([776 * 1_000 + 777]);
    expect(walk(new Space([levels(1_000)], () => false))).toEqual([]);
  });

  it("asks for the same point until it is told of it, and goes on after any that it was told of", () => {
    const space = new Space([levels(10)]);
    const sampler = new GridSampler(space);
    expect(sampler.ask()).toEqual([0]);
    expect(sampler.ask()).toEqual([0]);
    sampler.tell(0, [6]);
    expect(sampler.ask()).toEqual([7]);
  });

  it("refuses a space that nobody would wait for", () => {
    expect(() => new GridSampler(new Space([levels(5_000, "a"), levels(5_000, "b")]))).toThrow(
      /at most 20000000 points/,
    );
  });
});
