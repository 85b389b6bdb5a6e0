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
  x?: number;
  width?: number;
}

const PADDING = 3;
const GAP = 8;

/**
 * A table at the paper's `y`, with its head again on each page that it goes on to; a row stays on one page. Texts wrap. Leaves
 * `y` below it.
 */
export function drawTable(
  paper: Paper,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { lines = 3, tag = "cells", width = COLUMN, x = PAGE.left }: TableOptions = {},
): void {
  const places = placesOf(columns, x, width);
  const table = paper.group("Table");
  const heightOf = (cells: readonly Cell[], head: boolean) =>
    Math.max(
      ...cells.map((cell, at) => {
        const style = styleOf(cell, head);
        return paper.broken(textOf(cell), style, places[at]?.width ?? 0, lines).length * style.leading;
      }),
    ) +
    2 * PADDING;
  const drawRow = (cells: readonly Cell[], head: boolean) => {
    const height = heightOf(cells, head);
    const row = paper.group("TR", table);
    const drawCell = (cell: Cell, at: number) => {
      const place = places[at];
      if (place === undefined) return;
      const style = styleOf(cell, head);
      for (const [line, text] of paper.broken(textOf(cell), style, place.width, lines).entries())
        paper.line(
          text,
          style,
          // A little wider, lest rounding cuts what was measured to fit.
          { x: place.x - 0.5, width: place.width + 1, y: paper.y + PADDING + line * style.leading },
          columns[at]?.align,
        );
    };
    const type = head ? "TH" : "TD";
    if (tag === "cells")
      for (const [at, cell] of cells.entries()) paper.tag(type, () => drawCell(cell, at), {}, row);
    else paper.tag(type, () => cells.forEach(drawCell), {}, row);
    paper.y += height;
    paper.artifact(() =>
      paper.rule(paper.y, head ? COLOURS.soft : COLOURS.grid, head ? 0.75 : 0.5, { x, width }),
    );
  };
  const head = columns.map(({ title }) => title);
  const headHeight = heightOf(head, true);
  paper.ensure(headHeight + Math.min(3, rows.length) * 18);
  drawRow(head, true);
  for (const cells of rows) {
    if (paper.y + heightOf(cells, false) > PAGE.bottom) {
      paper.startPage();
      drawRow(head, true);
    }
    drawRow(cells, false);
  }
}

function placesOf(columns: readonly Column[], x: number, width: number): { x: number; width: number }[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const free = width - GAP * (columns.length - 1);
  let left = x;
  return columns.map(({ share }) => {
    const place = { x: left, width: (free * share) / shares };
    left += place.width + GAP;
    return place;
  });
}

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.text);
const styleOf = (cell: Cell, head: boolean): Style => {
  if (head) return STYLES.tableHead;
  return typeof cell === "string" ? STYLES.table : cell.style;
};
