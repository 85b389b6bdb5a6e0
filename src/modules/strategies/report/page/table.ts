import type { Paper } from "./paper.ts";
import { COLOURS, COLUMN, PAGE, STYLES, type Style } from "./style.ts";

export interface Column {
  title: string;
  /** Of the table's width, relative to the other columns. */
  share: number;
  align?: "left" | "right";
}

export type Cell = string | { text: string; style: Style };

interface TableOptions {
  /** Whether each cell is an element of its own for readers, or, in long lists, each row. */
  tag?: "cells" | "rows";
  /** Of a cell's text at most. */
  lines?: number;
  /** Without a head: the first cell of each row is what the others are of. */
  headless?: boolean;
}

const PADDING = 3;
const GAP = 8;
/** More before a left-aligned column that follows a right-aligned one, lest their texts meet. */
const MEETING_GAP = 10;

/**
 * A table at the paper's `y`, with its head again on each page that it goes on to; a row stays on one page. Texts wrap. Leaves
 * `y` below it.
 */
export function drawTable(
  paper: Paper,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { headless = false, lines = 3, tag = "cells" }: TableOptions = {},
): void {
  const places = placesOf(columns, PAGE.left, COLUMN);
  const table = paper.group("Table");
  const laidOut = (cells: readonly Cell[], head: boolean): Row => {
    const laid = cells.map((cell, at) => {
      const style = styleOf(cell, head);
      return { style, lines: paper.broken(textOf(cell), style, places[at]?.width ?? 0, lines) };
    });
    const heights = laid.map((cell) => cell.lines.length * cell.style.leading);
    return { cells: laid, height: Math.max(...heights) + 2 * PADDING };
  };
  const drawCell = ({ lines: broken, style }: LaidCell, at: number) => {
    const { width = 0, x = 0 } = places[at] ?? {};
    const align = columns[at]?.align;
    // A little wider, lest rounding cuts what was measured to fit.
    const place = { x: align === "right" ? x - 1 : x, width: width + 1 };
    for (const [line, text] of broken.entries())
      paper.line(text, style, { ...place, y: paper.y + PADDING + line * style.leading }, align);
  };
  const drawRow = ({ cells, height }: Row, head: boolean) => {
    const row = paper.group("TR", table);
    const typeOf = (at: number) => (head || (headless && at === 0) ? "TH" : "TD");
    if (tag === "cells")
      for (const [at, cell] of cells.entries()) paper.tag(typeOf(at), () => drawCell(cell, at), {}, row);
    else paper.tag(typeOf(1), () => cells.forEach(drawCell), {}, row);
    paper.y += height;
    paper.artifact(() => paper.rule(paper.y, head ? COLOURS.soft : COLOURS.grid, head ? 0.75 : 0.5));
  };
  const head = laidOut(
    columns.map(({ title }) => title),
    true,
  );
  paper.ensure(head.height + Math.min(3, rows.length) * 18);
  if (headless) paper.artifact(() => paper.rule(paper.y, COLOURS.soft, 0.75));
  else drawRow(head, true);
  for (const cells of rows) {
    const row = laidOut(cells, false);
    if (paper.y + row.height > PAGE.bottom) {
      paper.startPage();
      if (!headless) drawRow(head, true);
    }
    drawRow(row, false);
  }
}

interface LaidCell {
  style: Style;
  lines: string[];
}

interface Row {
  cells: LaidCell[];
  height: number;
}

function placesOf(columns: readonly Column[], x: number, width: number): { x: number; width: number }[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const gaps = columns.map(({ align }, at) => {
    if (at === 0) return 0;
    return align !== "right" && columns[at - 1]?.align === "right" ? GAP + MEETING_GAP : GAP;
  });
  const free = width - gaps.reduce((sum, gap) => sum + gap, 0);
  let left = x;
  return columns.map(({ share }, at) => {
    const place = { x: left + (gaps[at] ?? 0), width: (free * share) / shares };
    left = place.x + place.width;
    return place;
  });
}

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);
const styleOf = (cell: Cell, head: boolean): Style => {
  if (head) return STYLES.tableHead;
  return typeof cell === "string" ? STYLES.table : cell.style;
};
