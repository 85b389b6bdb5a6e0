import { expect, it } from "vitest";
import { verdictOf } from "../../../../src/modules/strategies/report/verdict.ts";
import { OVERFITTED } from "./contents.ts";

const BARS = 2148;
const GOOD = {
  ...OVERFITTED,
  deflatedSharpe: 0.98,
  backtestOverfitting: { probability: 0.04, splits: 70, logits: { from: -1, to: 1, counts: [1, 2] } },
  walkForward: {
    ...{ metric: "Sharpe ratio", anchored: true, inSampleBars: 504, outOfSampleBars: 126, windows: [] },
    ...{ inSample: 1.2, outOfSample: 0.9, efficiency: 0.75, stitchedReturn: 0.4 },
  },
  perturbation: {
    ...{ metric: "Sharpe ratio", runs: 200, steps: 2, base: 0.83, median: 0.75, low: 0.5, high: 0.9 },
  },
};
const findings = (...given: Parameters<typeof verdictOf>) =>
  Object.fromEntries(verdictOf(...given).evidence.map(({ finding, test }) => [test, finding]));

it("is against a result that fails a test, and names the test with its figures", () => {
  const { answer, holdsUp, reason } = verdictOf(OVERFITTED, BARS);
  expect(answer).toBe("The result does not hold up");
  expect(holdsUp).toBe(false);
  expect(reason).toContain("Walk-forward efficiency 10%: Sharpe ratio 1.35 in sample and 0.14 out of sample");
  expect(reason).toContain("2 of 7 tests speak against it");
});

it("is for a result only where every test that was made is", () => {
  expect(verdictOf(GOOD, BARS)).toMatchObject({ answer: "The result holds up so far", holdsUp: true });
  const open = { ...GOOD, deflatedSharpe: 0.92 };
  expect(verdictOf(open, BARS)).toMatchObject({ answer: "The evidence is not enough", holdsUp: false });
});

it("takes no efficiency of a loss for evidence, and a track record by the bars there are", () => {
  expect(findings(GOOD, 600)["Minimum track record"]).toBe("against");
  expect(findings(GOOD, 610)["Minimum track record"]).toBe("for");
  const lossy = {
    ...GOOD,
    plateau: { ...OVERFITTED.plateau, metric: "Sharpe ratio", neighbours: 8, peak: -1, mean: -2, worst: -3 },
  };
  expect(findings(lossy, BARS).Plateau).toBe("against");
});

it("says that nothing was tested rather than that it held", () => {
  const missing = { missing: "there was no search" };
  expect(verdictOf(missing, BARS)).toMatchObject({ answer: "Not tested for overfitting", evidence: [] });
  const none = {
    ...{ trials: 1, probabilisticSharpe: missing, deflatedSharpe: missing, minimumTrackRecord: missing },
    ...{ backtestOverfitting: missing, walkForward: missing, plateau: missing },
    ...{ tradePermutation: missing, perturbation: missing },
  };
  const verdict = verdictOf(none, BARS);
  expect(verdict.answer).toBe("Not tested for overfitting");
  expect(verdict.evidence.every(({ finding }) => finding === "not made")).toBe(true);
});
