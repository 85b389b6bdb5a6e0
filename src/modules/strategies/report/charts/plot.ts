import type { Box, Paper } from "../page/paper.ts";
import { COLOURS, STYLES } from "../page/style.ts";
import type { Tick } from "./ticks.ts";

export interface Scale {
  from: number;
  to: number;
  log?: boolean;
}

export interface Legend {
  name: string;
  colour: string;
  /** A line, also a broken one, or a filled square. */
  mark: "line" | "dashes" | "square";
}

/** Room for labels at the left and below. */
const LEFT = 36;
const BELOW = 14;

/** Where a value stands between the ends of a scale, from 0 to 1. */
export function placeOn({ from, log, to }: Scale, value: number): number {
  if (to === from) return 0.5;
  if (log) return Math.log(value / from) / Math.log(to / from);
  return (value - from) / (to - from);
}

/** The part of a box in which values are drawn. */
export const plotArea = ({ height, width, x, y }: Box): Box => ({
  ...{ x: x + LEFT, y: y + 4 },
  ...{ width: width - LEFT, height: height - BELOW - 4 },
});

/** Horizontal grid lines with their labels at the left. */
export function drawValueAxis(paper: Paper, area: Box, scale: Scale, ticks: readonly Tick[]): void {
  for (const { at, label } of ticks) {
    const y = area.y + area.height * (1 - placeOn(scale, at));
    paper.rule(y, COLOURS.grid, 0.5, area);
    const place = { x: area.x - LEFT, y: y - STYLES.axis.leading / 2, width: LEFT - 5 };
    paper.line(label, STYLES.axis, place, "right");
  }
}

/** Labels below the area, with a small tick each; those that would run into the one before are left out. */
export function drawBottomAxis(paper: Paper, area: Box, scale: Scale, ticks: readonly Tick[]): void {
  const bottom = area.y + area.height;
  paper.rule(bottom, COLOURS.soft, 0.5, area);
  let free = area.x - LEFT;
  for (const { at, label } of ticks) {
    const x = area.x + area.width * placeOn(scale, at);
    const width = paper.widthOf(label, STYLES.axis) + 1;
    const left = Math.min(Math.max(x - width / 2, area.x - LEFT), area.x + area.width - width);
    if (left < free) continue;
    paper.pdf
      .moveTo(x, bottom)
      .lineTo(x, bottom + 3)
      .lineWidth(0.5)
      .strokeColor(COLOURS.soft)
      .stroke();
    paper.line(label, STYLES.axis, { x: left, y: bottom + 4, width });
    free = left + width + 6;
  }
}

/** Names with their marks, from `right` to the left, on the line of a chart's title. Returns where they begin. */
export function drawLegend(paper: Paper, entries: readonly Legend[], right: number, y: number): number {
  const { pdf } = paper;
  let x = right;
  for (const { colour, mark, name } of entries.toReversed()) {
    const width = paper.widthOf(name, STYLES.axis) + 1;
    x -= width;
    paper.line(name, STYLES.axis, { x, y: y + 2.5, width: width + 1 });
    const middle = y + 7;
    if (mark === "square") pdf.rect(x - 10, middle - 3, 6, 6).fill(colour);
    else {
      if (mark === "dashes") pdf.dash(3, { space: 2 });
      pdf
        .moveTo(x - 17, middle)
        .lineTo(x - 4, middle)
        .lineWidth(1.3)
        .strokeColor(colour)
        .stroke();
      pdf.undash();
    }
    x -= 28;
  }
  return x;
}
