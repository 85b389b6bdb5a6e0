import { type Curve, drawCurveChart } from "../charts/curve-chart.ts";
import { drawFigures } from "../charts/figure.ts";
import type { Legend } from "../charts/plot.ts";
import { isMissing, type ReportContent } from "../content.ts";
import { underWater } from "../figures/drawdown.ts";
import { rollingSharpe } from "../figures/rolling-sharpe.ts";
import { counted, decimal, percent } from "../format.ts";
import type { Paper } from "../page/paper.ts";
import { COLOURS, STYLES } from "../page/style.ts";

/** From so many times the least on, a linear scale would flatten the beginning. */
const LOG_FROM = 3;

/** Equity beside what was bought and held, and the drawdown below, in so much height. */
export function drawEquity(paper: Paper, { curve, measures }: ReportContent, height: number): void {
  const { benchmark, equity, times } = curve;
  if (equity.length < 2) {
    paper.paragraph("No curve is drawn: there are fewer than two bars.", STYLES.note);
    return;
  }
  const curves: Curve[] = [{ values: equity, colour: COLOURS.strategy, width: 1.2 }];
  const legend: Legend[] = [{ name: "Strategy", colour: COLOURS.strategy, mark: "line" }];
  if (!isMissing(benchmark)) {
    curves.unshift({ values: benchmark, colour: COLOURS.benchmark, width: 0.9, dashed: true });
    legend.push({ name: "Buy and hold", colour: COLOURS.benchmark, mark: "dashes" });
  }
  const log = isFarApart(curves);
  const below = underWater(equity);
  // Titles and gaps take 62, and what is left is shared by two to one.
  const free = Math.max(120, height - 62);
  drawFigures(paper, (free * 2) / 3, {
    title: `Equity, money${log ? ", logarithmic scale" : ""}`,
    alt: `Line chart of the equity from ${decimal(equity[0] ?? 0)} to ${decimal(equity.at(-1) ?? 0)}.`,
    legend,
    draw: (box) => drawCurveChart(paper, box, { positions: times, curves, log }),
  });
  if (isMissing(benchmark))
    paper.paragraph(`No buy and hold is drawn: ${benchmark.missing}.`, STYLES.note, 6, 2);
  drawFigures(paper, free / 3, {
    title: "Drawdown, below the highest equity so far",
    alt: `Area chart of the drawdown, ${percent(measures.values.max_drawdown ?? 0)} at most.`,
    draw: (box) =>
      drawCurveChart(paper, box, {
        positions: times,
        curves: [{ values: below, colour: COLOURS.strategy, width: 0.7, fill: COLOURS.strategyTint }],
        include: [0],
        label: (value) => percent(value, 0),
      }),
  });
}

function isFarApart(curves: readonly Curve[]): boolean {
  let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
  for (const { values } of curves)
    for (const value of values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
  return least > 0 && greatest / least >= LOG_FROM;
}

/** The Sharpe ratio over half a year before each bar. */
export function drawRollingSharpe(paper: Paper, { curve, measures }: ReportContent): void {
  const rolling = rollingSharpe(curve.equity, measures.periodsPerYear);
  if (isMissing(rolling)) {
    paper.paragraph(`No rolling Sharpe ratio is drawn: ${rolling.missing}.`, STYLES.note);
    return;
  }
  drawFigures(paper, 96, {
    title: `Sharpe ratio a year over ${counted(rolling.window, "bar")} (half a year)`,
    alt: "Line chart of the rolling Sharpe ratio.",
    draw: (box) =>
      drawCurveChart(paper, box, {
        positions: curve.times,
        curves: [{ values: rolling.values, colour: COLOURS.strategy }],
        include: [0],
      }),
  });
}
