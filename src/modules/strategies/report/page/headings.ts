import type { Paper } from "./paper.ts";
import { COLOURS, COLUMN, PAGE, STYLES } from "./style.ts";

export interface Section {
  title: string;
  /** From 1. */
  page: number;
}

/** Sections of the report as they were begun: for its bookmarks, and for the contents page with its links. */
export class Headings {
  readonly sections: Section[] = [];
  readonly #paper: Paper;

  constructor(paper: Paper) {
    this.#paper = paper;
  }

  /** Begins a section on a page of its own. */
  onNewPage(title: string): void {
    this.#paper.startPage();
    this.#begin(title);
  }

  /** Begins a section here, or on the next page where fewer than `room` points are left. */
  here(title: string, room = 160): void {
    const paper = this.#paper;
    const before = paper.y;
    paper.ensure(room);
    if (paper.y === before) paper.y += 14;
    this.#begin(title);
  }

  #begin(title: string): void {
    const paper = this.#paper;
    const { pdf } = paper;
    const { count, start } = pdf.bufferedPageRange();
    pdf.addNamedDestination(title, "XYZ", PAGE.left, paper.y - 8, null);
    pdf.outline.addItem(title);
    this.sections.push({ title, page: start + count });
    paper.tag("H1", () => {
      paper.line(title, STYLES.heading, { x: PAGE.left, y: paper.y, width: COLUMN });
      paper.rule(paper.y + 23, COLOURS.ink, 0.75);
    });
    paper.y += 32;
  }
}

/** A heading within a section, kept together with `room` points of what follows. */
export function subheading(paper: Paper, title: string, room = 80): void {
  paper.ensure(room);
  paper.tag("H2", () => paper.line(title, STYLES.subheading, { x: PAGE.left, y: paper.y, width: COLUMN }));
  paper.y += STYLES.subheading.leading + 3;
}
