import type { Box, Paper } from "../page/paper.ts";
import { COLUMN, GUTTER, PAGE, STYLES } from "../page/style.ts";
import { drawLegend, type Legend } from "./plot.ts";

export interface Figure {
  title: string;
  /** What is to be seen, for who can't see it. */
  alt: string;
  legend?: readonly Legend[];
  draw(box: Box): void;
}

const TITLE = STYLES.subheading.leading + 3;

/** Figures side by side, each with its title above, all of one height; leaves `y` below them. */
export function drawFigures(paper: Paper, height: number, ...figures: readonly Figure[]): void {
  paper.ensure(height + TITLE);
  const width = (COLUMN - GUTTER * (figures.length - 1)) / figures.length;
  const { y } = paper;
  for (const [at, { alt, draw, legend = [], title }] of figures.entries()) {
    const x = PAGE.left + (width + GUTTER) * at;
    paper.tag(
      "Figure",
      () => {
        const right = drawLegend(paper, legend, x + width, y);
        paper.line(title, STYLES.subheading, { x, y, width: right - x });
        draw({ x, y: y + TITLE, width, height });
      },
      { alt },
    );
  }
  paper.y = y + TITLE + height + 14;
}
