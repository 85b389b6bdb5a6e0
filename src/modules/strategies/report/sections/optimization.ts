import { coarsened } from "../charts/coarse.ts";
import { drawCurveChart } from "../charts/curve-chart.ts";
import { drawFigures, type Figure } from "../charts/figure.ts";
import { drawHeatMap, sequential } from "../charts/heat-map.ts";
import { type HeatMapContent, isMissing, type OptimizationContent, type ReportContent } from "../content.ts";
import { count, counted, decimal, NONE, percent, plainNumber } from "../format.ts";
import type { Paper } from "../page/paper.ts";
import { COLOURS, STYLES } from "../page/style.ts";
import { drawTable } from "../page/table.ts";

const TOP = 10;

/** How parameters were searched for, and what was found. */
export function drawOptimization(paper: Paper, { optimization }: ReportContent): void {
  if (isMissing(optimization)) {
    paper.paragraph(`The parameters were not searched for: ${optimization.missing}.`);
    return;
  }
  const { heatMap, method, objective, seed, trials } = optimization;
  paper.paragraph(
    `${method}, ${counted(trials, "trial")}, seed ${plainNumber(seed)}, for ${objective}. The same seed and data give the same search.`,
  );
  drawSpace(paper, optimization);
  const figures: Figure[] = [];
  if (!isMissing(heatMap)) figures.push(figureOfHeatMap(paper, heatMap));
  if (optimization.convergence.length > 1) figures.push(figureOfConvergence(paper, optimization));
  if (figures.length > 0) drawFigures(paper, 180, ...figures);
  if (isMissing(heatMap)) paper.paragraph(`No heat map is drawn: ${heatMap.missing}.`, STYLES.note);
  drawTop(paper, optimization);
}

function drawSpace(paper: Paper, { space }: OptimizationContent): void {
  drawTable(
    paper,
    [
      { title: "Parameter", share: 40 },
      { title: "From", share: 20, align: "right" },
      { title: "To", share: 20, align: "right" },
      { title: "Step", share: 20, align: "right" },
    ],
    space.map(({ max, min, step, title }) => [title, plainNumber(min), plainNumber(max), plainNumber(step)]),
  );
  paper.y += 16;
}

function figureOfHeatMap(paper: Paper, heatMap: HeatMapContent): Figure {
  const { cells, objective, x, y } = coarsened(heatMap);
  const known = cells.filter((value) => value !== null).toSorted((a, b) => a - b);
  const rows = y.values.length;
  const columns = x.values.length;
  // The lowest value of the second parameter stands at the bottom, as on an axis.
  const upwards = Array.from({ length: rows }, (_, at) =>
    cells.slice((rows - 1 - at) * columns, (rows - at) * columns),
  ).flat();
  return {
    title: objective,
    alt: `Heat map of ${objective} over ${x.title} and ${y.title}, from ${decimal(known[0] ?? 0)} to ${decimal(known.at(-1) ?? 0)}.`,
    draw: (box) => {
      drawHeatMap(
        paper,
        { ...box, y: box.y + 11, height: box.height - 22 },
        {
          columns: x.values.map(plainNumber),
          rows: y.values.map(plainNumber).toReversed(),
          cells: upwards,
          colourOf: sequential(known[0] ?? 0, known.at(-1) ?? 1),
          textOf: (value) => decimal(value),
          labels: "below",
        },
      );
      const place = { x: box.x, width: box.width };
      const range = `pale ${decimal(known[0] ?? 0)}, dark ${decimal(known.at(-1) ?? 0)}`;
      paper.line(`${y.title}; ${range}`, STYLES.axis, { ...place, y: box.y - 1 });
      paper.line(x.title, STYLES.axis, { ...place, y: box.y + box.height - 9 }, "right");
    },
  };
}

function figureOfConvergence(paper: Paper, { convergence, objective }: OptimizationContent): Figure {
  const numbers = Float64Array.from(convergence, (_, at) => at + 1);
  return {
    title: "Best so far, by trial",
    alt: `Line chart of the best ${objective} after each of ${count(convergence.length)} trials.`,
    draw: (box) =>
      drawCurveChart(paper, box, {
        positions: numbers,
        numbered: true,
        curves: [{ values: convergence, colour: COLOURS.strategy, width: 1.2 }],
      }),
  };
}

function drawTop(paper: Paper, { space, top, trials }: OptimizationContent): void {
  const shown = top.slice(0, TOP);
  if (shown.length === 0) {
    paper.paragraph("No trial met its bounds.", STYLES.note);
    return;
  }
  const cell = (value: number | null, show: (value: number) => string) =>
    value === null ? NONE : show(value);
  drawTable(
    paper,
    [
      { title: "Trial", share: 9, align: "right" },
      { title: space.map(({ title }) => title).join(" / ") || "Parameters", share: 40 },
      { title: "Objective", share: 14, align: "right" },
      { title: "Sharpe", share: 11, align: "right" },
      { title: "Return", share: 14, align: "right" },
      { title: "Drawdown", share: 13, align: "right" },
      { title: "Trades", share: 10, align: "right" },
    ],
    shown.map((one) => [
      count(one.trial),
      one.parameters.map(plainNumber).join(" / "),
      cell(one.objective, (value) => decimal(value, 4)),
      cell(one.sharpe, (value) => decimal(value, 2)),
      cell(one.totalReturn, (value) => percent(value)),
      cell(one.maxDrawdown, (value) => percent(-value)),
      cell(one.trades, count),
    ]),
  );
  paper.y += 4;
  paper.paragraph(
    `The best ${counted(shown.length, "trial")} of ${count(trials)}, on the bars on which they were chosen.`,
    STYLES.note,
  );
}
