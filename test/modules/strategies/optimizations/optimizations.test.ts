import { beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../../support/answers.ts";
import { type Account, call, newAccount } from "../../../support/desk.ts";
import { newDataset, type RunAnswer, runTo } from "../../../support/strategies.ts";

let desk: Account;
let dataset_id: string;
beforeAll(async () => {
  desk = await newAccount();
  dataset_id = (await newDataset(desk.access_token, { bars: 500 })).id;
});

interface TrialAnswer {
  trial: number;
  parameters: Record<string, number>;
  objective: (number | null)[];
  feasible: boolean;
  metrics: Record<string, number | null>;
}

interface SearchAnswer extends RunAnswer {
  trials_run: number;
  trials_feasible: number;
  stopped: string;
  best: TrialAnswer;
  overfitting: Record<string, unknown> & { psr: number | null; dsr: number | null; pbo: number | null };
  report: Record<string, unknown> & {
    best: TrialAnswer[];
    pareto: TrialAnswer[] | null;
    convergence: { trial: number; objective: number }[];
  };
}

const SPACE = { fast: { min: 5, max: 15, step: 5 }, slow: { min: 20, max: 40, step: 10 } };
const GRID = { strategy: "sma_cross", side: "both", method: "grid", space: SPACE, objective: "final_equity" };
const search = (more: object = {}) =>
  runTo<SearchAnswer>(desk.access_token, "/v1/optimizations", { dataset_id, ...GRID, ...more });

async function trialsOf(id: string): Promise<TrialAnswer[]> {
  const trials: TrialAnswer[] = [];
  let next: string | undefined = `/v1/optimizations/${id}/trials?limit=100`;
  while (next !== undefined) {
    const answer: Response = await call(next, { token: desk.access_token });
    trials.push(...(await answer.json<{ data: TrialAnswer[] }>()).data);
    next = /^<(\/[^>]+)>/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return trials;
}

describe("an optimisation", () => {
  it("tries every point of a grid, and each comes out as its backtest does", async () => {
    const found = await search();
    expect(found).toMatchObject({ status: "succeeded", trials_run: 9, stopped: "exhausted" });
    const trials = await trialsOf(found.id);
    expect(trials.map(({ parameters }) => [parameters.fast, parameters.slow])).toEqual(
      [5, 10, 15].flatMap((fast) => [20, 30, 40].map((slow) => [fast, slow])),
    );
    for (const trial of [trials[0], trials[7]]) {
      const run = await runTo(desk.access_token, "/v1/backtests", {
        ...{ dataset_id, strategy: "sma_cross", side: "both", parameters: trial?.parameters },
      });
      for (const name of ["final_equity", "sharpe", "trades", "max_drawdown_pct", "win_rate_pct"])
        expect([name, trial?.metrics[name]]).toEqual([name, run.metrics[name]]);
    }
    const best = trials.toSorted((a, b) => (b.objective[0] ?? 0) - (a.objective[0] ?? 0))[0];
    expect(found.best).toEqual(best);
    expect(found.report.best[0]).toEqual(best);
  });

  it.each(["random", "tpe", "de"])(
    "by %s ends with the same answer whenever it is asked again",
    async (method) => {
      const ask = () =>
        search({
          method,
          trials: 40,
          seed: 5,
          space: { fast: { min: 3, max: 60, step: 1 }, slow: { min: 10, max: 250, step: 5 } },
        });
      const [first, second] = [await ask(), await ask()];
      expect(second.best).toEqual(first.best);
      expect(second.report).toEqual(first.report);
      const trials = await trialsOf(first.id);
      expect(trials.length).toBe(40);
      expect(new Set(trials.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(40);
      expect(trials.every(({ parameters }) => Number(parameters.fast) < Number(parameters.slow))).toBe(true);
    },
  );

  it("keeps to its constraints, of parameters and of what comes out", async () => {
    const constraints = [
      { left: "slow", operator: "<=", right: 30 },
      { metric: "trades", min: 12 },
    ];
    const found = await search({ constraints });
    const trials = await trialsOf(found.id);
    expect(trials.every(({ parameters }) => Number(parameters.slow) <= 30)).toBe(true);
    expect(trials.every(({ feasible, metrics }) => feasible === Number(metrics.trades) >= 12)).toBe(true);
    expect(found.best.metrics.trades).toBeGreaterThanOrEqual(12);
    expect(found.trials_feasible).toBe(trials.filter(({ feasible }) => feasible).length);
  });

  it("finds the front of several objectives: no point of it is beaten in all", async () => {
    const found = await search({ objective: ["return_pct", "max_drawdown_pct"] });
    const front = found.report.pareto ?? [];
    const trials = await trialsOf(found.id);
    const beats = (a: TrialAnswer, b: TrialAnswer) =>
      a.objective.every((one, at) => (one ?? 0) >= (b.objective[at] ?? 0)) &&
      a.objective.some((one, at) => (one ?? 0) > (b.objective[at] ?? 0));
    const expected = trials.filter((one) => !trials.some((other) => beats(other, one)));
    expect(front.map(({ trial }) => trial).sort()).toEqual(expected.map(({ trial }) => trial).sort());
  });

  it("takes any figure as its objective, and weighted sums of them", async () => {
    const sortino = await search({ objective: "sortino" });
    const run = await runTo(desk.access_token, "/v1/backtests", {
      ...{ dataset_id, strategy: "sma_cross", side: "both", parameters: sortino.best.parameters },
    });
    expect(sortino.best.objective[0]).toBe(run.metrics.sortino);
    const sum = {
      sum: [
        { metric: "sharpe", weight: 2 },
        { metric: "volatility_pct", weight: 0.1 },
      ],
    };
    const weighted = await search({ objective: sum });
    const of = await runTo(desk.access_token, "/v1/backtests", {
      ...{ dataset_id, strategy: "sma_cross", side: "both", parameters: weighted.best.parameters },
    });
    expect(weighted.best.objective[0]).toBeCloseTo(
      2 * (of.metrics.sharpe ?? 0) - 0.1 * (of.metrics.volatility_pct ?? 0),
      9,
    );
  });

  it("stops early without a better trial", async () => {
    const found = await search({ early_stop: { patience: 3 } });
    expect(found.stopped).toBe("early_stop");
    const last = found.report.convergence.at(-1)?.trial ?? 0;
    expect(found.trials_run).toBe(last + 4);
  });

  it("tells what speaks against its best trial", async () => {
    const walk_forward = { in_sample: 200, out_of_sample: 60, trials: 9 };
    const { overfitting, report } = await search({ objective: "sharpe", walk_forward });
    const { psr, dsr, pbo } = overfitting;
    expect(psr).toBeGreaterThanOrEqual(dsr ?? 1);
    expect(pbo).toBeGreaterThanOrEqual(0);
    expect(overfitting).toMatchObject({ trials: 9, walk_forward: { windows: 5, in_sample: 200 } });
    expect(report).toMatchObject({ overfitting: { walk_forward: { detail: { length: 5 } } } });
  });

  it.each([
    ["an unknown parameter", { space: { speed: { min: 1, max: 2, step: 1 } } }, "space.speed"],
    ["an unknown fixed parameter", { parameters: { speed: 1 } }, "parameters.speed"],
    ["an unknown figure", { objective: "luck" }, "objective.0"],
    [
      "a space beyond counting",
      {
        strategy: "macd_signal",
        side: "long",
        space: Object.fromEntries(
          ["stop_atr", "take_atr", "trail_atr", "max_bars", "trend_ma"].map((name) => [
            name,
            name.endsWith("_atr") ? { min: 0, max: 6, step: 0.0001 } : { min: 0, max: 250, step: 1 },
          ]),
        ),
      },
      "space",
    ],
    [
      "windows that the bars have no room for",
      { walk_forward: { in_sample: 490, out_of_sample: 60 } },
      "walk_forward",
    ],
  ])("refuses %s", async (_, more, path) => {
    const answer = await call("/v1/optimizations", {
      token: desk.access_token,
      json: { dataset_id, ...GRID, ...more },
    });
    expect((await problemOf(answer)).errors?.[0]?.path).toBe(path);
  });

  it("says so where its constraints leave nothing", async () => {
    const found = await search({ constraints: [{ metric: "trades", min: 10_000 }] });
    expect(found).toMatchObject({ status: "failed", error: { code: "strategies.nothing_feasible" } });
  });
});
