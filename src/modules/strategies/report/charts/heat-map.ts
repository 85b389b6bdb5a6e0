import type { Box, Paper } from "../page/paper.ts";
import { COLOURS, STYLES } from "../page/style.ts";

interface HeatMap {
  columns: readonly string[];
  rows: readonly string[];
  /** Row by row; null is an empty cell. */
  cells: readonly (number | null)[];
  colourOf(value: number): Rgb;
  /** Shown in cells that are large enough. */
  textOf(value: number): string;
  /** Room for the rows' labels. */
  left?: number;
  labels: "above" | "below";
}

export type Rgb = readonly [red: number, green: number, blue: number];

const LABEL_ROOM = 13;
const TEXT_FITS = { width: 20, height: 9 };

/** Coloured cells under their columns' and beside their rows' labels; the first row is at the top. */
export function drawHeatMap(paper: Paper, box: Box, map: HeatMap): void {
  const { cells, colourOf, columns, labels, left = 30, rows, textOf } = map;
  const x0 = box.x + left;
  const y0 = box.y + (labels === "above" ? LABEL_ROOM : 0);
  const width = (box.width - left) / Math.max(1, columns.length);
  const height = (box.height - LABEL_ROOM) / Math.max(1, rows.length);
  for (const [at, value] of cells.entries()) {
    const x = x0 + width * (at % columns.length);
    const y = y0 + height * Math.floor(at / columns.length);
    if (value === null) continue;
    const colour = colourOf(value);
    paper.pdf
      .rect(x, y, width, height)
      .lineWidth(0.5)
      .fillAndStroke([...colour], COLOURS.paper);
    if (width < TEXT_FITS.width || height < TEXT_FITS.height) continue;
    const style = { ...STYLES.small, colour: isDark(colour) ? COLOURS.paper : COLOURS.ink };
    paper.line(textOf(value), style, { x, y: y + (height - style.leading) / 2, width }, "center");
  }
  const everyColumn = Math.ceil(widest(paper, columns) / width);
  for (const [at, label] of columns.entries()) {
    if (at % everyColumn !== 0) continue;
    const place = { x: x0 + width * (at + 0.5) - 20, width: 40 };
    const y = labels === "above" ? box.y : y0 + height * rows.length + 3;
    paper.line(label, STYLES.axis, { ...place, y }, "center");
  }
  const everyRow = Math.ceil(STYLES.axis.leading / height);
  for (const [at, label] of rows.entries()) {
    if (at % everyRow !== 0) continue;
    const y = y0 + height * (at + 0.5) - STYLES.axis.leading / 2;
    paper.line(label, STYLES.axis, { x: box.x, y, width: left - 5 }, "right");
  }
}

const widest = (paper: Paper, labels: readonly string[]): number =>
  Math.max(1, ...labels.map((label) => paper.widthOf(label, STYLES.axis) + 5));

/** By relative luminance (WCAG 2), whether white text reads better than black on it. */
function isDark([red, green, blue]: Rgb): boolean {
  const [r, g, b] = [red, green, blue].map((part) => (part / 255) ** 2.2);
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0) < 0.25;
}

const mixed = (from: Rgb, to: Rgb, part: number): Rgb => {
  const of = (a: number, b: number) => Math.round(a + (b - a) * Math.min(1, Math.max(0, part)));
  return [of(from[0], to[0]), of(from[1], to[1]), of(from[2], to[2])];
};

const PALE: Rgb = [243, 245, 248];
const BLUE: Rgb = [46, 109, 164];
const NAVY: Rgb = [11, 60, 111];
const ORANGE: Rgb = [224, 138, 0];

/** From orange for −`most` by nearly white for 0 to blue for `most`. */
export const diverging =
  (most: number) =>
  (value: number): Rgb =>
    value < 0 ? mixed(PALE, ORANGE, -value / most) : mixed(PALE, BLUE, value / most);

/** From nearly white for `from` to navy for `to`. */
export const sequential =
  (from: number, to: number) =>
  (value: number): Rgb =>
    mixed(PALE, NAVY, to > from ? (value - from) / (to - from) : 0.5);
