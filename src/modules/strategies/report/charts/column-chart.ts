import { compact } from "../format.ts";
import type { Box, Paper } from "../page/paper.ts";
import { COLOURS } from "../page/style.ts";
import { drawBottomAxis, drawValueAxis, placeOn, plotArea, type Scale } from "./plot.ts";
import { roundNumbers, type Tick } from "./ticks.ts";

interface ColumnChart {
  /** What stands below each group of columns. */
  labels: readonly string[];
  /** As many values each as labels; null leaves a gap. */
  series: readonly { values: readonly (number | null)[]; colour: string; below?: string }[];
  label?: (value: number) => string;
  /** Whether series stand in each other's places, for values of which only one is there. */
  overlaid?: boolean;
  /** Of a group's width, left free between groups. */
  gap?: number;
  /** Where labels belong to the borders of groups: one more than groups, with their places in groups. */
  borders?: readonly Tick[];
}

/** Columns from 0 up or down, side by side in groups. */
export function drawColumnChart(paper: Paper, box: Box, chart: ColumnChart): void {
  const { borders, gap = 0.3, label = compact, labels, overlaid = false, series } = chart;
  const area = plotArea(box);
  const values = series.flatMap((one) => one.values.filter((value) => value !== null));
  const up = columnScale(values);
  const numbers = roundNumbers(up.from, up.to, Math.max(2, Math.floor(area.height / 22)));
  drawValueAxis(
    paper,
    area,
    up,
    numbers.map((at) => ({ at, label: label(at) })),
  );
  const group = area.width / Math.max(1, labels.length);
  const width = (group * (1 - gap)) / (overlaid ? 1 : series.length);
  const yOf = (value: number) => area.y + area.height * (1 - placeOn(up, value));
  for (const [at, { below, colour, values: column }] of series.entries())
    for (const [index, value] of column.entries()) {
      if (value === null) continue;
      const x = area.x + group * (index + gap / 2) + (overlaid ? 0 : width * at);
      const [top, bottom] = [Math.min(yOf(value), yOf(0)), Math.max(yOf(value), yOf(0))];
      const painted = value < 0 ? (below ?? colour) : colour;
      paper.pdf.rect(x, top, Math.max(width - 0.4, 0.3), bottom - top).fill(painted);
    }
  const across = { from: 0, to: labels.length };
  const ticks = borders ?? labels.map((text, at) => ({ at: at + 0.5, label: text }));
  drawBottomAxis(paper, area, across, ticks);
  if (up.from < 0) paper.rule(yOf(0), COLOURS.soft, 0.6, area);
}

function columnScale(values: readonly number[]): Scale {
  const least = values.reduce((min, value) => Math.min(min, value), 0);
  const greatest = values.reduce((max, value) => Math.max(max, value), 0);
  const span = greatest - least || 1;
  return {
    from: least < 0 ? least - span * 0.06 : 0,
    to: greatest > 0 || least === 0 ? greatest + span * 0.06 : 0,
  };
}
