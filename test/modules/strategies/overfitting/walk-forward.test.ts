import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { Evaluator } from "../../../../src/modules/strategies/engine/evaluate.ts";
import { cutRun, returnsInSpan } from "../../../../src/modules/strategies/overfitting/cut-run.ts";
import {
  planWindows,
  runWindow,
  stitchedReturns,
  summariseWalkForward,
  type WindowEvaluation,
} from "../../../../src/modules/strategies/overfitting/walk-forward.ts";
import { momentsOf } from "../../../../src/modules/strategies/statistics/moments.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";
import {
  deflatedSharpe,
  probabilisticSharpe,
  sharpeSample,
} from "../../../../src/modules/strategies/statistics/significance.ts";
import { WITHOUT_DATA } from "../engine/goog.ts";
import { type GoogPairs, googPairs } from "./goog-pairs.ts";
import { noise } from "./noise.ts";

const PERIODS = 252;
interface Trial {
  pair: [number, number];
  signals: Int8Array;
}

let goog: GoogPairs | undefined;
beforeAll(async () => {
  goog = await googPairs();
});

/** The best of the fifty pairs by Sharpe ratio, the earlier one of equals. */
function bestPair({ bars, pairs, settings, signalsOf }: GoogPairs): WindowEvaluation<Trial> {
  const trials = pairs.map((pair) => ({ pair, signals: signalsOf(pair) }));
  return {
    choose(span) {
      let best: Trial | null = null;
      let highest = Number.NEGATIVE_INFINITY;
      for (const trial of trials) {
        const part = cutRun(bars, trial, span);
        const { sharpe } = new Evaluator(part.bars, settings, PERIODS).evaluate(part.inputs);
        if (sharpe === null || sharpe <= highest) continue;
        highest = sharpe;
        best = trial;
      }
      return best;
    },
    returnsOf: (trial, span) => returnsInSpan(bars, trial, settings, span),
  };
}

describe("the product's best page: fifty crosses of averages on GOOG", () => {
  it("has a best one that looks certain alone, and less so as the luckiest of fifty", (ctx) => {
    if (!goog) return ctx.skip(WITHOUT_DATA);
    const samples = goog.pairs.map(goog.returnsOf).map((returns) => {
      const moments = momentsOf(returns);
      return moments && sharpeSample(moments);
    });
    const known = samples.filter((sample) => sample !== null);
    const [best] = [...known].sort((a, b) => b.sharpe - a.sharpe);
    const spread = momentsOf(Float64Array.from(known, ({ sharpe }) => sharpe))?.deviation;
    if (best === undefined || spread === undefined) throw new Error("there are fifty trials");
    expect(probabilisticSharpe(best, 0)?.toFixed(3)).toBe("0.997");
    expect(deflatedSharpe(best, known.length, spread)?.toFixed(3)).toBe("0.797");
  });

  it("falls from a Sharpe ratio of 1.35 in sample to 0.14 out of sample, walking forward", (ctx) => {
    if (!goog) return ctx.skip(WITHOUT_DATA);
    const evaluation = bestPair(goog);
    const windows = planWindows(
      goog.bars.close.length,
      { in_sample: 504, out_of_sample: 126, anchored: false },
      65,
    );
    const results = windows.map((window) => runWindow(window, evaluation, PERIODS));
    const summary = summariseWalkForward(results, PERIODS);
    expect(summary.windows).toBe(13);
    expect(Number(summary.inSampleSharpe).toFixed(2)).toBe("1.35");
    expect(Number(summary.outOfSampleSharpe).toFixed(2)).toBe("0.14");
    expect(summary.efficiency.sharpe).toBeLessThan(0.15);
    expect(summary.stitched.bars).toBe(13 * 126);
  });
});

describe("windows", () => {
  const options = { in_sample: 100, out_of_sample: 30, anchored: false };

  it("roll along, each judged on the bars right after those that chose, with the warm-up before them", () => {
    expect(planWindows(190, options, 20)).toEqual([
      {
        index: 0,
        inSample: { warmUpFrom: 0, from: 0, to: 100 },
        outOfSample: { warmUpFrom: 80, from: 100, to: 130 },
      },
      {
        index: 1,
        inSample: { warmUpFrom: 10, from: 30, to: 130 },
        outOfSample: { warmUpFrom: 110, from: 130, to: 160 },
      },
      {
        index: 2,
        inSample: { warmUpFrom: 40, from: 60, to: 160 },
        outOfSample: { warmUpFrom: 140, from: 160, to: 190 },
      },
    ]);
  });

  it("keep their beginning where they are anchored", () => {
    const windows = planWindows(190, { ...options, anchored: true }, 0);
    expect(windows.map(({ inSample }) => [inSample.from, inSample.to])).toEqual([
      [0, 100],
      [0, 130],
      [0, 160],
    ]);
  });

  it("never let a bar choose that is judged, and leave no bar between them out", () => {
    fc.assert(
      fc.property(
        fc.record({
          in_sample: fc.integer({ min: 1, max: 300 }),
          out_of_sample: fc.integer({ min: 1, max: 100 }),
          anchored: fc.boolean(),
        }),
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 1, max: 100 }),
        (lengths, bars, longest) => {
          const step = Math.min(longest, lengths.out_of_sample);
          const windows = planWindows(bars, { ...lengths, step }, 50);
          for (const [at, { inSample, outOfSample }] of windows.entries()) {
            expect(inSample.to).toBe(outOfSample.from);
            expect(outOfSample.from).toBe(lengths.in_sample + at * step);
            expect(outOfSample.to).toBeLessThanOrEqual(bars);
            expect(outOfSample.warmUpFrom).toBe(Math.max(0, outOfSample.from - 50));
          }
          const end = windows.at(-1)?.outOfSample.to ?? lengths.in_sample + lengths.out_of_sample - step;
          expect(bars - end).toBeLessThan(step);
        },
      ),
    );
  });

  it("are refused with lengths that make no sense or would be too many", () => {
    expect(planWindows(129, options, 0)).toEqual([]);
    expect(() => planWindows(500, { ...options, in_sample: 0 }, 0)).toThrow(RangeError);
    expect(() => planWindows(500, { ...options, out_of_sample: 1.5 }, 0)).toThrow(RangeError);
    expect(() => planWindows(500, { ...options, step: 31 }, 0)).toThrow(RangeError);
    expect(() => planWindows(5000, { ...options, step: 1 }, 0)).toThrow(RangeError);
  });
});

describe("a walk forward", () => {
  const random = new Random(3);
  const market = noise(random, 400);
  /** Chooses the side that would have gained in sample. */
  const follows: WindowEvaluation<1 | -1> = {
    choose: ({ from, to }) => (market.slice(from, to).reduce((sum, value) => sum + value, 0) > 0 ? 1 : -1),
    returnsOf: (side, { from, to }) => market.slice(from, to).map((value) => side * value),
  };
  const windowsOf = (step: number) =>
    planWindows(400, { in_sample: 100, out_of_sample: 50, anchored: false, step }, 0);

  it("gives the efficiency as the mean out of sample over the mean in sample", () => {
    const results = windowsOf(50).map((window) => runWindow(window, follows, PERIODS));
    const summary = summariseWalkForward(results, PERIODS);
    const meanOf = (values: readonly unknown[]) =>
      values.map(Number).reduce((sum, value) => sum + value, 0) / values.length;
    const inside = meanOf(results.map(({ inSample }) => inSample.sharpe));
    const outside = meanOf(results.map(({ outOfSample }) => outOfSample.sharpe));
    expect(summary.inSampleSharpe).toBeCloseTo(inside, 12);
    expect(summary.efficiency.sharpe).toBeCloseTo(outside / inside, 12);
    expect(summary.efficiency.annualReturn).toBeCloseTo(
      Number(summary.outOfSampleReturn) / Number(summary.inSampleReturn),
      12,
    );
    const gained = results.filter(({ outOfSample }) => outOfSample.totalReturn > 0).length;
    expect(summary.profitable).toBe(gained / 6);
    expect(summary.stitched.bars).toBe(300);
  });

  it("stitches overlapping windows so that each bar counts once, by the latest choice", () => {
    const results = windowsOf(20).map((window) => runWindow(window, follows, PERIODS));
    const expected = results.flatMap(({ choice, window: { index, outOfSample } }) => {
      const until = index + 1 < results.length ? outOfSample.from + 20 : outOfSample.to;
      return [...market.slice(outOfSample.from, until)].map((value) => Number(choice) * value);
    });
    expect([...stitchedReturns(results)]).toEqual(expected);
    expect(expected).toHaveLength(290);
  });

  it("trades nothing where the search found nothing, and then says why there is no ratio", () => {
    const nothing: WindowEvaluation<number> = { choose: () => null, returnsOf: () => new Float64Array() };
    const results = windowsOf(50).map((window) => runWindow(window, nothing, PERIODS));
    const summary = summariseWalkForward(results, PERIODS);
    expect(summary).toMatchObject({
      inSampleSharpe: { missing: "no window varies in both parts" },
      efficiency: { annualReturn: { missing: "nothing was gained in sample" } },
      profitable: 0,
      stitched: { totalReturn: 0, maxDrawdown: 0, sharpe: { missing: "the returns do not vary" } },
    });
    expect(summariseWalkForward([], PERIODS).profitable).toEqual({
      missing: "the bars are too few for a window",
    });
  });

  it("refuses an evaluation that leaves bars out or has a return that is no number", () => {
    const [window] = windowsOf(50);
    if (window === undefined) throw new Error("there is a window");
    const short: WindowEvaluation<number> = { choose: () => 1, returnsOf: () => new Float64Array(7) };
    expect(() => runWindow(window, short, PERIODS)).toThrow(RangeError);
    const broken: WindowEvaluation<number> = {
      choose: () => 1,
      returnsOf: (_, { from, to }) => new Float64Array(to - from).fill(Number.NaN),
    };
    expect(() => runWindow(window, broken, PERIODS)).toThrow(RangeError);
  });
});
