import { drawColumnChart } from "../charts/column-chart.ts";
import { drawFigures, type Figure } from "../charts/figure.ts";
import { diverging, drawHeatMap } from "../charts/heat-map.ts";
import type { ReportContent } from "../content.ts";
import { binTicks, distributionOf } from "../figures/distribution.ts";
import { deepestFalls } from "../figures/drawdown.ts";
import { monthlyReturns, type YearOfReturns } from "../figures/monthly-returns.ts";
import {
  count,
  counted,
  day,
  decimal,
  monthName,
  NONE,
  percent,
  plainNumber,
  signedPercent,
} from "../format.ts";
import { subheading } from "../page/headings.ts";
import type { Paper } from "../page/paper.ts";
import { COLOURS, STYLES } from "../page/style.ts";
import { drawTable } from "../page/table.ts";

/** So many fit on a page. */
const MOST_YEARS = 30;
const ROW = 15;
/** The deepest colour: a month beyond it looks the same. */
const DEEP = 0.15;

/** Returns of each month as a coloured table, of each year as columns, and how trades are spread. */
export function drawReturns(paper: Paper, content: ReportContent): void {
  const all = monthlyReturns(content.curve.times, content.curve.equity);
  const years = all.slice(-MOST_YEARS);
  if (years.length === 0) paper.paragraph("No returns are shown: there are no bars.", STYLES.note);
  else drawMonths(paper, years);
  if (years.length < all.length)
    paper.paragraph(`The last ${MOST_YEARS} of ${all.length} years are shown.`, STYLES.note);
  const trades = content.trades.map((trade) => trade.return).filter(Number.isFinite);
  if (trades.length === 0)
    paper.paragraph("No distribution of trades is drawn: no trade was closed.", STYLES.note);
  const figures: Figure[] = [];
  if (years.length > 1) figures.push(figureOfYears(paper, years));
  if (trades.length > 0) figures.push(figureOfTrades(paper, trades));
  if (figures.length > 0) drawFigures(paper, 130, ...figures);
  drawFalls(paper, content);
}

function figureOfTrades(paper: Paper, returns: readonly number[]): Figure {
  const spread = distributionOf(returns);
  const { borders, counts } = spread;
  const isLoss = counts.map((_, at) => (borders[at] ?? 0) < -1e-12);
  return {
    title: `Returns of ${counted(returns.length, "trade")}`,
    alt: `Histogram of trades' returns from ${percent(borders[0] ?? 0)} to ${percent(borders.at(-1) ?? 0)}.`,
    draw: (box) =>
      drawColumnChart(paper, box, {
        labels: counts.map(() => ""),
        series: [
          { values: counts.map((value, at) => (isLoss[at] ? null : value)), colour: COLOURS.strategy },
          { values: counts.map((value, at) => (isLoss[at] ? value : null)), colour: COLOURS.other },
        ],
        overlaid: true,
        gap: 0.06,
        borders: binTicks(spread, (value) => `${plainNumber(value * 100)}%`),
      }),
  };
}

function drawMonths(paper: Paper, years: readonly YearOfReturns[]): void {
  drawFigures(paper, ROW * years.length + 14, {
    title: "Returns by month, in percent",
    alt: `Table of monthly returns; years: ${years.map(({ total, year }) => `${year} ${signedPercent(total)}`).join(", ")}.`,
    draw: (box) =>
      drawHeatMap(paper, box, {
        columns: [...Array.from({ length: 12 }, (_, month) => monthName(month)), "Year"],
        rows: years.map(({ year }) => String(year)),
        cells: years.flatMap(({ months, total }) => [...months, total]),
        colourOf: diverging(DEEP),
        textOf: (value) => decimal(value * 100, Math.abs(value) >= 10 ? 0 : 1),
        labels: "above",
      }),
  });
}

const figureOfYears = (paper: Paper, years: readonly YearOfReturns[]): Figure => ({
  title: "Returns by year",
  alt: `Columns of yearly returns from ${years[0]?.year} to ${years.at(-1)?.year}.`,
  draw: (box) =>
    drawColumnChart(paper, box, {
      labels: years.map(({ year }) => String(year)),
      series: [{ values: years.map(({ total }) => total), colour: COLOURS.strategy, below: COLOURS.other }],
      label: (value) => percent(value, 0),
    }),
});

const MOST_FALLS = 5;

function drawFalls(paper: Paper, { curve }: ReportContent): void {
  const falls = deepestFalls(curve.times, curve.equity, MOST_FALLS);
  if (falls.length === 0) return;
  subheading(paper, "Deepest drawdowns", 120);
  drawTable(
    paper,
    [
      { title: "Depth", share: 14, align: "right" },
      { title: "Peak", share: 20 },
      { title: "Lowest", share: 20 },
      { title: "Recovered", share: 20 },
      { title: "Days below the peak", share: 20, align: "right" },
    ],
    falls.map(({ depth, from, low, recovered, until }) => [
      percent(depth),
      day(from),
      day(low),
      recovered ? day(until) : NONE,
      `${count((until - from) / 86_400_000)}${recovered ? "" : ", not over"}`,
    ]),
  );
}
