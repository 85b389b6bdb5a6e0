import { compact } from "../format.ts";
import type { Box, Paper } from "../page/paper.ts";
import { drawBottomAxis, drawValueAxis, placeOn, plotArea, type Scale } from "./plot.ts";
import { thinned } from "./thin.ts";
import { logNumbers, roundNumbers, type Tick, timeTicks } from "./ticks.ts";

export interface Curve {
  values: Float64Array;
  colour: string;
  width?: number;
  dashed?: boolean;
  /** Fills between the line and 0. */
  fill?: string;
}

interface CurveChart {
  /** What the values are of: times, or with `numbered` 1, 2, 3, …; they rise. */
  positions: Float64Array;
  numbered?: boolean;
  curves: readonly Curve[];
  /** On a logarithmic scale, for values above 0. */
  log?: boolean;
  /** Values that the scale holds in any case. */
  include?: readonly number[];
  label?: (value: number) => string;
}

/** Two points of a curve for each point of the page's width are as fine as it can be seen. */
const COLUMNS_PER_POINT = 1;

/** Lines over time; long ones are thinned to the page's resolution without losing an extreme. */
export function drawCurveChart(paper: Paper, box: Box, chart: CurveChart): void {
  const { curves, include = [], label = compact, log = false, numbered = false, positions } = chart;
  const area = plotArea(box);
  const across: Scale = { from: positions[0] ?? 0, to: positions.at(-1) ?? 0 };
  const kept = curves.map(({ values }) => thinned(positions, values, area.width * COLUMNS_PER_POINT));
  const shown = kept.flatMap((indices, at) => indices.map((index) => curves[at]?.values[index] ?? 0));
  const up = valueScale([...shown, ...include], log);
  const most = Math.max(2, Math.floor(area.height / 17));
  const numbers = (log ? logNumbers : roundNumbers)(up.from, up.to, most);
  drawValueAxis(
    paper,
    area,
    up,
    numbers.map((at) => ({ at, label: label(at) })),
  );
  for (const [at, curve] of curves.entries())
    drawCurve(paper, area, curve, kept[at] ?? [], positions, across, up);
  const ticks = numbered ? numberTicks(across) : timeTicks(across.from, across.to, area.width / 48);
  drawBottomAxis(paper, area, across, ticks);
}

const numberTicks = ({ from, to }: Scale): Tick[] =>
  roundNumbers(from, to, 8)
    .filter(Number.isInteger)
    .map((at) => ({ at, label: compact(at) }));

function valueScale(values: readonly number[], log: boolean): Scale {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  if (least > greatest) return { from: 0, to: 1 };
  if (log) return { from: least * 0.95, to: greatest * 1.05, log };
  const span = greatest - least || Math.abs(greatest) * 0.1 || 1;
  return {
    from: least >= 0 && least < span * 0.3 ? 0 : least - span * 0.04,
    to: greatest === 0 ? 0 : greatest + span * 0.04,
  };
}

function drawCurve(
  { pdf }: Paper,
  area: Box,
  { colour, dashed, fill, values, width = 1.1 }: Curve,
  indices: readonly number[],
  positions: Float64Array,
  across: Scale,
  up: Scale,
): void {
  if (indices.length === 0) return;
  const x = (index: number) => round(area.x + area.width * placeOn(across, positions[index] ?? 0));
  const yOf = (value: number) => round(area.y + area.height * (1 - placeOn(up, value)));
  const trace = () => {
    for (const [at, index] of indices.entries()) {
      const y = yOf(values[index] ?? 0);
      if (at === 0) pdf.moveTo(x(index), y);
      else pdf.lineTo(x(index), y);
    }
  };
  if (fill !== undefined) {
    trace();
    const base = yOf(0);
    pdf
      .lineTo(x(indices.at(-1) ?? 0), base)
      .lineTo(x(indices[0] ?? 0), base)
      .closePath()
      .fill(fill);
  }
  if (indices.length === 1) {
    const [only = 0] = indices;
    pdf.circle(x(only), yOf(values[only] ?? 0), 2).fill(colour);
    return;
  }
  trace();
  if (dashed) pdf.dash(3, { space: 2 });
  pdf.lineWidth(width).lineJoin("round").strokeColor(colour).stroke();
  pdf.undash();
}

const round = (points: number): number => Math.round(points * 100) / 100;
