import type { ReportContent, ReportKind } from "./content.ts";
import { day } from "./format.ts";
import { Headings, subheading } from "./page/headings.ts";
import { Paper, type ReportFonts } from "./page/paper.ts";
import { COLOURS, COLUMN, PAGE, STYLES } from "./page/style.ts";
import { contentsHeight, drawContents } from "./sections/contents.ts";
import { drawMetrics } from "./sections/metrics.ts";
import { drawAnswer, drawKeyFigures, drawTitle, KIND_TITLES } from "./sections/opening.ts";
import { drawOptimization } from "./sections/optimization.ts";
import { drawOverfitting } from "./sections/overfitting.ts";
import { drawEquity, drawRollingSharpe } from "./sections/performance.ts";
import { drawReturns } from "./sections/returns.ts";
import { drawSettings } from "./sections/settings.ts";
import { drawTrades } from "./sections/trades.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

const CAVEAT =
  "A backtest on past data with the costs that are named here: no forecast, no promise, no advice. Real orders meet other prices.";

/**
 * The report as a PDF of A4 pages, tagged, with bookmarks. `executive` is two pages, the answer first; `technical` has what is
 * needed to run it again and every figure; `full` is all of it with a page of contents. Same content, same bytes.
 */
export async function renderReport(
  content: ReportContent,
  kind: ReportKind,
  fonts: ReportFonts,
): Promise<Uint8Array> {
  const { dataset, desk, generatedAt, title } = content;
  const subject = `${KIND_TITLES[kind]}: ${content.strategy.title} on ${dataset.symbol}`;
  const paper = new Paper(fonts, { title, author: desk, subject, generatedAt });
  const verdict = verdictOf(content.overfitting, dataset.bars);
  const headings = new Headings(paper);
  const finish = DRAW[kind](paper, headings, content, verdict);
  return await paper.finish((page, pages) => {
    if (page === 1) finish();
    drawRunningHeads(paper, content, kind, page, pages);
  });
}

/** Draws a kind of report; what is returned draws on the first page once all others are there. */
type Draw = (paper: Paper, headings: Headings, content: ReportContent, verdict: Verdict) => () => void;

const nothingMore = () => {};

const DRAW: Record<ReportKind, Draw> = {
  executive(paper, headings, content, verdict) {
    paper.startPage();
    drawTitle(paper, "executive", content);
    drawAnswer(paper, verdict);
    drawKeyFigures(paper, content);
    drawEquity(paper, content);
    headings.onNewPage("Does it hold up?");
    drawOverfitting(paper, content, verdict);
    return nothingMore;
  },

  technical(paper, headings, content, verdict) {
    paper.startPage();
    drawTitle(paper, "technical", content);
    drawAnswer(paper, verdict);
    drawKeyFigures(paper, content);
    headings.here("Settings and costs");
    drawSettings(paper, content);
    headings.onNewPage("All figures");
    drawMetrics(paper, content);
    headings.onNewPage("Does it hold up?");
    drawOverfitting(paper, content, verdict);
    headings.onNewPage("How the parameters were found");
    drawOptimization(paper, content);
    headings.onNewPage("Trades");
    drawTrades(paper, content);
    return nothingMore;
  },

  full(paper, headings, content, verdict) {
    paper.startPage();
    drawTitle(paper, "full", content);
    drawAnswer(paper, verdict);
    drawKeyFigures(paper, content);
    subheading(paper, "Contents");
    const contents = { y: paper.y, element: paper.group("TOC") };
    paper.y += contentsHeight(SECTIONS.length);
    for (const { draw, title } of SECTIONS) {
      headings.onNewPage(title);
      draw(paper, content, verdict);
    }
    return () => drawContents(paper, headings.sections, contents.y, contents.element);
  },
};

const SECTIONS: readonly {
  title: string;
  draw(paper: Paper, content: ReportContent, verdict: Verdict): void;
}[] = [
  { title: "Does it hold up?", draw: drawOverfitting },
  {
    title: "Performance",
    draw(paper, content) {
      drawEquity(paper, content, [250, 120]);
      drawRollingSharpe(paper, content);
    },
  },
  { title: "Returns", draw: drawReturns },
  { title: "How the parameters were found", draw: drawOptimization },
  { title: "Settings and costs", draw: drawSettings },
  { title: "All figures", draw: drawMetrics },
  { title: "Trades", draw: drawTrades },
];

function drawRunningHeads(
  paper: Paper,
  { dataset, desk, generatedAt, title }: ReportContent,
  kind: ReportKind,
  page: number,
  pages: number,
): void {
  const place = { x: PAGE.left, width: COLUMN };
  const half = { x: PAGE.left, width: COLUMN * 0.7 };
  paper.artifact(() => {
    if (page > 1) {
      paper.line(title, STYLES.note, { ...half, y: 40 });
      paper.line(KIND_TITLES[kind], STYLES.note, { ...place, y: 40 }, "right");
      paper.rule(54);
    }
    paper.rule(788);
    paper.line(CAVEAT, STYLES.small, { ...place, y: 793 });
    const source = `${desk}, ${day(generatedAt)}. Data SHA-256 ${dataset.hash.slice(0, 16)}`;
    paper.line(source, STYLES.small, { ...half, y: 803 });
    paper.line(
      `Page ${page} of ${pages}`,
      { ...STYLES.small, colour: COLOURS.ink },
      { ...place, y: 803 },
      "right",
    );
  });
}
