import { drawColumnChart } from "../charts/column-chart.ts";
import { drawFigures, type Figure } from "../charts/figure.ts";
import {
  isMissing,
  type OverfittingContent,
  type ReportContent,
  type WalkForwardContent,
} from "../content.ts";
import { count, counted, day, decimal, NONE, percent } from "../format.ts";
import type { Paper } from "../page/paper.ts";
import { COLOURS, COLUMN, GUTTER, PAGE, STYLES } from "../page/style.ts";
import { drawTable } from "../page/table.ts";
import type { Finding, Verdict } from "../verdict.ts";

/** The contrast in and out of sample, then each test with what it found; the rest where there is room, if it is to be one page. */
export function drawOverfitting(
  paper: Paper,
  { overfitting }: ReportContent,
  verdict: Verdict,
  onePage = false,
): void {
  if (isMissing(overfitting)) {
    paper.paragraph(`No test was made: ${overfitting.missing}.`);
    return;
  }
  const { walkForward } = overfitting;
  if (isMissing(walkForward))
    paper.paragraph(`There is no walk-forward: ${walkForward.missing}.`, STYLES.note);
  else drawContrast(paper, walkForward);
  drawEvidence(paper, verdict);
  if (!onePage || paper.y + DISTRIBUTIONS <= PAGE.bottom) drawDistributions(paper, overfitting);
}

/** Height of the distributions with their title and a note. */
const DISTRIBUTIONS = 150;

const BIG = { ...STYLES.figure, size: 30, leading: 36 };

function drawContrast(paper: Paper, walkForward: WalkForwardContent): void {
  const { anchored, efficiency, inSample, inSampleBars, metric, outOfSample, outOfSampleBars, windows } =
    walkForward;
  const told = [
    { name: "In sample: chosen on these bars", value: inSample, colour: COLOURS.strategy },
    { name: "Out of sample: the bars that came next", value: outOfSample, colour: "#a86500" },
  ];
  const width = (COLUMN - 2 * GUTTER) / 3;
  const { y } = paper;
  const figures = [
    ...told.map(({ colour, name, value }) => ({
      name,
      colour,
      text: typeof value === "number" ? decimal(value) : NONE,
    })),
    {
      name: "Efficiency: what was left of it",
      colour: COLOURS.ink,
      text: typeof efficiency === "number" ? percent(efficiency, 0) : NONE,
    },
  ];
  for (const [at, { colour, name, text }] of figures.entries()) {
    const place = { x: PAGE.left + (width + GUTTER) * at, width };
    paper.tag("P", () => {
      paper.line(name, STYLES.note, { ...place, y });
      paper.line(text, { ...BIG, colour }, { ...place, y: y + 11 });
    });
  }
  paper.y = y + 56;
  drawFigures(paper, 138, {
    title: `${metric} of ${counted(windows.length, "walk-forward window")}`,
    alt: `Columns of the ${metric} in sample and out of sample for each window.`,
    legend: [
      { name: "In sample", colour: COLOURS.strategy, mark: "square" },
      { name: "Out of sample", colour: COLOURS.other, mark: "square" },
    ],
    draw: (box) =>
      drawColumnChart(paper, box, {
        labels: windows.map(({ from }) => day(from).slice(-8)),
        series: [
          { values: windows.map((window) => window.inSample), colour: COLOURS.strategy },
          { values: windows.map((window) => window.outOfSample), colour: COLOURS.other },
        ],
      }),
  });
  paper.y -= 6;
  paper.paragraph(
    `Each window chooses the best parameters on ${anchored ? "all bars before it, at least" : "the"} ${counted(inSampleBars, "bar")}${anchored ? "" : " before it"} and trades them on the next ${count(outOfSampleBars)}, which the choice never saw. Below each pair stands the beginning of its out-of-sample part.`,
    STYLES.note,
    8,
  );
}

const FINDINGS: Record<Finding, string> = {
  for: "Speaks for it",
  against: "Speaks against it",
  open: "Neither way",
  "not made": "Not made",
};

function drawEvidence(paper: Paper, { evidence }: Verdict): void {
  drawTable(
    paper,
    [
      { title: "Test", share: 24 },
      { title: "Figure", share: 11, align: "right" },
      { title: "Finding", share: 15 },
      { title: "What it says", share: 50 },
    ],
    evidence.map(({ figure, finding, reading, test }) => [
      test,
      { text: figure, style: { ...STYLES.table, font: "semibold" as const } },
      {
        text: FINDINGS[finding],
        style: {
          ...STYLES.table,
          font: finding === "against" ? ("semibold" as const) : ("regular" as const),
          colour: finding === "not made" ? COLOURS.soft : COLOURS.ink,
        },
      },
      reading,
    ]),
  );
  paper.y += 16;
}

/** Logits of the splits, and drawdowns of the same trades in other orders. */
function drawDistributions(paper: Paper, overfitting: OverfittingContent): void {
  const { backtestOverfitting: pbo, tradePermutation: permutation } = overfitting;
  const figures: Figure[] = [];
  if (!isMissing(pbo)) {
    const { counts, from, to } = pbo.logits;
    const width = (to - from) / Math.max(1, counts.length);
    const isBelow = counts.map((_, at) => from + width * (at + 0.5) < 0);
    figures.push({
      title: "Rank of the best, out of sample",
      alt: `Histogram of logits; ${percent(pbo.probability)} lie at or below 0.`,
      legend: [{ name: "Below median", colour: COLOURS.other, mark: "square" }],
      draw: (box) =>
        drawColumnChart(paper, box, {
          labels: counts.map(() => ""),
          series: [
            { values: counts.map((value, at) => (isBelow[at] ? null : value)), colour: COLOURS.strategy },
            { values: counts.map((value, at) => (isBelow[at] ? value : null)), colour: COLOURS.other },
          ],
          overlaid: true,
          gap: 0.06,
          borders: counts.length > 0 ? bordersOf(from, to, counts.length) : [],
        }),
    });
  }
  if (!isMissing(permutation)) {
    const { actual, percentiles, runs } = permutation;
    figures.push({
      title: `Drawdown by percentile, ${counted(runs, "order")}`,
      alt: `Columns of the maximum drawdown by percentile; it was ${percent(actual)}.`,
      draw: (box) =>
        drawColumnChart(paper, box, {
          labels: [...percentiles.map((one) => `${one.percent}%`), "Was"],
          series: [
            { values: [...percentiles.map((one) => one.drawdown), null], colour: COLOURS.strategy },
            { values: [...percentiles.map(() => null), actual], colour: COLOURS.other },
          ],
          overlaid: true,
          label: (value) => percent(value, 0),
        }),
    });
  }
  if (figures.length > 0) drawFigures(paper, 96, ...figures);
  if (isMissing(permutation))
    paper.paragraph(`Trades were not put into other orders: ${permutation.missing}.`, STYLES.note);
}

function bordersOf(from: number, to: number, bins: number) {
  const zero = from < 0 && to > 0 ? [{ at: (-from / (to - from)) * bins, label: "0 (median)" }] : [];
  return [
    { at: 0, label: `${decimal(from, 1)} (last)` },
    ...zero,
    { at: bins, label: `${decimal(to, 1)} (first)` },
  ];
}
