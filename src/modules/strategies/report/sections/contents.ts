import type { Section } from "../page/headings.ts";
import type { Paper } from "../page/paper.ts";
import { COLOURS, COLUMN, PAGE, STYLES } from "../page/style.ts";

const ROW = 17;

/** Sections with their pages, each a link; drawn where room was left for so many, once their pages are known. */
export function drawContents(
  paper: Paper,
  sections: readonly Section[],
  y: number,
  parent: ReturnType<Paper["group"]>,
): void {
  const place = { x: PAGE.left, width: COLUMN };
  for (const [at, { page, title }] of sections.entries()) {
    const top = y + ROW * at;
    paper.tag(
      "TOCI",
      () => {
        paper.line(title, STYLES.body, { ...place, y: top + 2 });
        paper.line(String(page), STYLES.body, { ...place, y: top + 2 }, "right");
        paper.rule(top + ROW, COLOURS.grid);
      },
      {},
      parent,
    );
    paper.pdf.goTo(PAGE.left, top, COLUMN, ROW, title);
  }
}

export const contentsHeight = (sections: number): number => ROW * sections;
