import { expect, it } from "vitest";
import { sampleBars, sampleSession } from "../../../../src/modules/strategies/bars/sample.ts";
import { strategyNamed } from "../../../../src/modules/strategies/catalogue/catalogue.ts";
import { evidenceOf } from "../../../../src/modules/strategies/optimizations/evidence.ts";
import { planOf } from "../../../../src/modules/strategies/optimizations/plan.ts";
import { optimizationRequest } from "../../../../src/modules/strategies/optimizations/schemas.ts";
import { Search, TrialRunner } from "../../../../src/modules/strategies/optimizations/search.ts";
import { settingsOf } from "../../../../src/modules/strategies/runs/request.ts";
import { varianceOfSums } from "../../../../src/modules/strategies/statistics/ratios.ts";
import { expectedMaximumSharpe } from "../../../../src/modules/strategies/statistics/significance.ts";
import { exampleId } from "../../../../src/platform/ids.ts";

const timeframe = { count: 1, unit: "d" } as const;
const bars = sampleBars({
  ...{ seed: 5, bars: 150, timeframe, session: sampleSession(timeframe), from: Date.UTC(2020, 0, 1) },
});

function searched(slow: { min: number; max: number; step: number }) {
  const request = optimizationRequest.parse({
    ...{ dataset_id: exampleId("dst"), strategy: "sma_cross", side: "both", capital: 10_000 },
    ...{ method: "grid", objective: "sharpe", parameters: { fast: 3 }, space: { slow } },
  });
  const strategy = strategyNamed("sma_cross");
  if (strategy === undefined) throw new Error("no such strategy");
  const task = {
    ...{ plan: planOf(strategy, request), bars, settings: settingsOf(request) },
    options: {
      ...{ method: "grid" as const, seed: 1, early_stop: undefined, periods_per_year: 252 },
      ...{ crossing: "tradingview" as const, isIntraday: false },
    },
  };
  const search = new Search(task);
  while (typeof search.step() !== "string");
  const [best] = search.best.list();
  if (best === undefined) throw new Error("nothing was found");
  return { search, evidence: evidenceOf(task, { search, best, runner: new TrialRunner(task) }) };
}

it("deflates by every trial, those that never traded as well", () => {
  const { evidence, search } = searched({ min: 10, max: 250, step: 1 });
  const { count, squares, sum } = search.sharpes;
  expect(count).toBeLessThan(search.trials);
  const deviation = Math.sqrt(varianceOfSums(count, sum, squares) ?? Number.NaN);
  expect(expectedMaximumSharpe(search.trials, deviation)).toBeGreaterThan(
    expectedMaximumSharpe(count, deviation),
  );
  const flattering = searched({ min: 10, max: 145, step: 1 });
  expect(evidence.dsr).toBeLessThan(Number(flattering.evidence.dsr));
});

it("purges the folds by what the best trial's trades reach, a twentieth of the bars at most", () => {
  const { purgedFolds } = searched({ min: 10, max: 40, step: 5 }).evidence;
  expect(purgedFolds).toMatchObject({ purge: Math.floor(149 * 0.05) });
});
