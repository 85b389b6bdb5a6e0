import { isMissing, type ReportContent, type ReportKind } from "./content.ts";
import { day } from "./format.ts";
import { Headings, subheading } from "./page/headings.ts";
import { Paper, type ReportFonts } from "./page/paper.ts";
import { COLOURS, COLUMN, PAGE, STYLES } from "./page/style.ts";
import { contentsHeight, drawContents } from "./sections/contents.ts";
import { drawMetrics } from "./sections/metrics.ts";
import { drawAnswer, drawKeyFigures, drawTested, drawTitle, KIND_TITLES } from "./sections/opening.ts";
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

const OVERFITTING = "Does it hold up?";
const SEARCH = "How the parameters were found";

const SECTIONS = {
  [OVERFITTING]: (paper, content, verdict) => drawOverfitting(paper, content, verdict),
  Performance(paper, content) {
    drawEquity(paper, content, 430);
    drawRollingSharpe(paper, content);
  },
  Returns: drawReturns,
  [SEARCH]: drawOptimization,
  "Settings and costs": drawSettings,
  "All figures": drawMetrics,
  Trades: drawTrades,
} satisfies Record<string, (paper: Paper, content: ReportContent, verdict: Verdict) => void>;
type SectionTitle = keyof typeof SECTIONS;

const TECHNICAL: readonly SectionTitle[] = [
  ...(["Settings and costs", "All figures", OVERFITTING, SEARCH, "Trades"] as const),
];
const FULL: readonly SectionTitle[] = [
  ...([OVERFITTING, "Performance", "Returns", SEARCH, "Settings and costs"] as const),
  ...(["All figures", "Trades"] as const),
];

/** Sections that have but a line to say why they are empty. */
const isShort = (title: SectionTitle, { optimization, overfitting }: ReportContent): boolean =>
  (title === OVERFITTING && isMissing(overfitting)) || (title === SEARCH && isMissing(optimization));

/** The short ones come before the trades, which end every report. */
function inOrder(titles: readonly SectionTitle[], content: ReportContent): SectionTitle[] {
  const rest = titles.filter((title) => title !== "Trades");
  const short = rest.filter((title) => isShort(title, content));
  return [...rest.filter((title) => !short.includes(title)), ...short, "Trades"];
}

/** Draws a kind of report; what is returned draws on the first page once all others are there. */
type Draw = (paper: Paper, headings: Headings, content: ReportContent, verdict: Verdict) => () => void;

/** Room for a note under a chart. */
const NOTE = 30;
/** A cover with less room for its curve goes without one. */
const LEAST_CURVE = 180;

const nothingMore = () => {};

const DRAW: Record<ReportKind, Draw> = {
  executive(paper, headings, content, verdict) {
    drawCover(paper, "executive", content, verdict, 0);
    if (isMissing(content.overfitting)) return nothingMore;
    headings.onNewPage(OVERFITTING);
    drawOverfitting(paper, content, verdict, true);
    return nothingMore;
  },

  technical(paper, headings, content, verdict) {
    drawCover(paper, "technical", content, verdict, 0);
    for (const title of inOrder(TECHNICAL, content)) drawSection(paper, headings, title, content, verdict);
    return nothingMore;
  },

  full(paper, headings, content, verdict) {
    drawCover(paper, "full", content, verdict, contentsHeight(FULL.length));
    subheading(paper, "Contents", 0);
    const { y } = paper;
    const element = paper.group("TOC");
    for (const title of inOrder(FULL, content)) drawSection(paper, headings, title, content, verdict);
    return () => drawContents(paper, headings.sections, y, element);
  },
};

/** The first page: what it is about, the answer, the figures, and the curve, which leaves so much room at the end. */
function drawCover(paper: Paper, kind: ReportKind, content: ReportContent, verdict: Verdict, room: number) {
  paper.startPage();
  drawTitle(paper, kind, content);
  drawAnswer(paper, verdict);
  drawKeyFigures(paper, content);
  drawTested(paper, content);
  const height = PAGE.bottom - paper.y - NOTE - room;
  if (height >= LEAST_CURVE) drawEquity(paper, content, height);
}

/** What begins where the section before it ended, if that leaves so many points. */
const TRADES_ROOM = 200;
const SHORT_ROOM = 60;

function drawSection(
  paper: Paper,
  headings: Headings,
  title: SectionTitle,
  content: ReportContent,
  verdict: Verdict,
): void {
  if (title === "Trades") headings.here(title, TRADES_ROOM);
  else if (isShort(title, content)) headings.here(title, SHORT_ROOM);
  else headings.onNewPage(title);
  SECTIONS[title](paper, content, verdict);
}

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
    const source = `Data SHA-256 ${dataset.hash.slice(0, 16)}. ${desk}, ${day(generatedAt)}`;
    paper.line(source, STYLES.small, { ...half, y: 803 });
    paper.line(
      `Page ${page} of ${pages}`,
      { ...STYLES.small, colour: COLOURS.ink },
      { ...place, y: 803 },
      "right",
    );
  });
}
