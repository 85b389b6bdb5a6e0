import { rangesOf, tellingValues, withOverlays } from "../catalogue/prepare.ts";
import type { OptimizationReport } from "../optimizations/report-schema.ts";
import type { OptimizationContent, OverfittingContent, ReportContent } from "../report/content.ts";
import { settingsOf } from "../runs/request.ts";
import type { Run } from "../runs/store.ts";
import type { Metric } from "../statistics/curve-metrics.ts";
import type { Again } from "./again.ts";

interface Told {
  desk: string;
  run: Run;
  made: Again;
  search: { report: OptimizationReport; method: string; seed: number; trials: number } | undefined;
}

/** Symbols that a title names. */
const MOST_NAMED = 5;
const NO_SEARCH = { missing: "the parameters were given, not searched" };

/** All that a report shows of a run, or of what a search found. Its date is that of the result, so that bytes don't change. */
export function reportContent({ desk, made, run, search }: Told): ReportContent {
  const { dataset, simulation, strategy, symbols, values } = made;
  const { bars, measures, open, trades } = simulation;
  const ranges = rangesOf(strategy);
  const cash = made.request.capital;
  const [first = 1] = bars.close;
  return {
    title: `${strategy.title} on ${symbols.length > MOST_NAMED ? `${symbols.length} symbols` : symbols.join(", ")}`,
    ...{ desk, generatedAt: run.finished_at ?? run.created_at },
    strategy: {
      ...{ title: strategy.title, entry: unmarked(strategy.entry), exit: unmarked(strategy.exit) },
      parameters: Object.entries(tellingValues(strategy, values)).map(([name, value]) => ({
        ...{ title: titleOf(ranges, name), value },
      })),
    },
    dataset: {
      ...{ name: dataset.name, symbol: symbols.join(", "), timeframe: dataset.timeframe },
      ...{
        from: bars.times[0] ?? 0,
        to: bars.times.at(-1) ?? 0,
        bars: bars.times.length,
        hash: dataset.hash,
      },
    },
    settings: withOverlays(settingsOf(made.request), strategy, values),
    curve: {
      ...{ times: bars.times, equity: simulation.run.equity },
      benchmark: bars.close.map((close) => (cash * close) / first),
    },
    measures,
    trades: trades.map((trade) => ({ ...trade, symbol: symbols[trade.symbol] ?? "" })),
    open: open.map((position) => ({ ...position, symbol: symbols[position.symbol] ?? "" })),
    optimization: search === undefined ? NO_SEARCH : optimizationContent(search, ranges),
    overfitting: search === undefined ? NO_SEARCH : overfittingContent(search.report),
  };
}

/** Rules are written in Markdown, whose marks a report does not have. */
const unmarked = (rule: string): string => rule.replaceAll("`", "");

const titleOf = (ranges: Readonly<Record<string, { title: string }>>, name: string): string =>
  ranges[name]?.title ?? name;

const METHODS: Record<string, string> = {
  grid: "Grid",
  random: "Random search",
  tpe: "Tree-structured Parzen estimator",
  de: "Differential evolution",
};

function optimizationContent(
  { method, report, seed, trials }: NonNullable<Told["search"]>,
  ranges: Readonly<Record<string, { title: string }>>,
): OptimizationContent {
  const sought = report.objectives.join(", ");
  const objective = report.objectives[0] ?? "";
  const part = (percent: number | null | undefined) =>
    percent === null || percent === undefined ? null : percent / 100;
  const fall = (percent: number | null | undefined) => {
    const of = part(percent);
    return of === null ? null : -of;
  };
  const axis = ({ parameter, values }: { parameter: string; values: number[] }) => ({
    title: titleOf(ranges, parameter),
    values,
  });
  return {
    ...{ method: METHODS[method] ?? method, trials, seed, objective: `${sought} (highest)` },
    space: report.space.map((dimension) => {
      const values = "values" in dimension ? dimension.values : [];
      const told =
        "values" in dimension ? { min: Math.min(...values), max: Math.max(...values), step: 0 } : dimension;
      return { title: titleOf(ranges, dimension.name), min: told.min, max: told.max, step: told.step };
    }),
    top: report.best.map(({ metrics, objective: values, parameters, trial }) => ({
      ...{ trial, objective: values[0] ?? null, sharpe: metrics.sharpe ?? null },
      parameters: report.space.map(({ name }) => parameters[name] ?? 0),
      ...{
        totalReturn: part(metrics.return_pct),
        maxDrawdown: fall(metrics.max_drawdown_pct),
        trades: metrics.trades ?? null,
      },
    })),
    convergence: bestSoFar(report.convergence, trials),
    heatMap:
      report.heat_map === null
        ? { missing: "one parameter was searched" }
        : { objective, x: axis(report.heat_map.x), y: axis(report.heat_map.y), cells: report.heat_map.cells },
  };
}

/** After each trial, of steps that are told where they are. */
function bestSoFar(steps: readonly { trial: number; objective: number }[], trials: number): Float64Array {
  const best = new Float64Array(trials);
  for (const [at, { objective, trial }] of steps.entries())
    best.fill(objective, trial, steps[at + 1]?.trial ?? trials);
  const [first] = steps;
  if (first !== undefined) best.fill(first.objective, 0, first.trial);
  return best;
}

function overfittingContent({ objectives, overfitting: told }: OptimizationReport): OverfittingContent {
  const metric = objectives[0] ?? "";
  const reason = (name: string) => ({ missing: told.reasons[name] ?? "it has no value" });
  const figure = (name: string, value: number | null): Metric => value ?? reason(name);
  const { pbo_detail, perturbation, plateau, trade_permutation: permutation, walk_forward: walk } = told;
  return {
    trials: told.trials,
    probabilisticSharpe: figure("psr", told.psr),
    deflatedSharpe: figure("dsr", told.dsr),
    minimumTrackRecord: figure("minimum_track_record_bars", told.minimum_track_record_bars),
    backtestOverfitting:
      told.pbo === null || !pbo_detail?.logits
        ? reason("pbo")
        : {
            ...{ probability: told.pbo, splits: pbo_detail.splits },
            logits: {
              from: pbo_detail.logits.min,
              to: pbo_detail.logits.max,
              counts: pbo_detail.logits.histogram,
            },
          },
    walkForward:
      walk === null
        ? { missing: "it was not asked for" }
        : {
            ...{ metric: "Sharpe ratio", anchored: walk.anchored },
            ...{ inSampleBars: walk.in_sample, outOfSampleBars: walk.out_of_sample },
            windows: walk.detail.map(({ from, in_sample_sharpe, out_of_sample_sharpe, to }) => ({
              ...{ from: Date.parse(from), to: Date.parse(to) },
              ...{ inSample: in_sample_sharpe, outOfSample: out_of_sample_sharpe },
            })),
            inSample: figure("walk_forward.in_sample_sharpe", walk.in_sample_sharpe),
            outOfSample: figure("walk_forward.out_of_sample_sharpe", walk.out_of_sample_sharpe),
            efficiency: figure("walk_forward.efficiency", walk.efficiency),
            stitchedReturn: walk.stitched_return_pct / 100,
          },
    plateau:
      plateau.peak === null || plateau.mean === null || plateau.worst === null
        ? reason(plateau.peak === null ? "plateau.peak" : "plateau.mean")
        : {
            metric,
            neighbours: plateau.scored,
            peak: plateau.peak,
            mean: plateau.mean,
            worst: plateau.worst,
          },
    tradePermutation:
      permutation.drawdown === null || permutation.drawdowns === null
        ? reason("trade_permutation.drawdown")
        : {
            ...{ runs: permutation.samples, actual: permutation.drawdown },
            percentiles: ([5, 25, 50, 75, 95] as const).map((percent) => ({
              ...{ percent, drawdown: permutation.drawdowns?.[`p${percent}`] ?? 0 },
            })),
          },
    perturbation:
      perturbation.peak === null || perturbation.scores === null
        ? reason("perturbation.peak")
        : {
            ...{ metric, runs: perturbation.points, steps: perturbation.steps, base: perturbation.peak },
            ...{
              median: perturbation.scores.p50,
              low: perturbation.scores.p5,
              high: perturbation.scores.p95,
            },
          },
  };
}
