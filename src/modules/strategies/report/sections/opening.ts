import type { MetricName } from "../../engine/metrics.ts";
import type { ReportContent, ReportKind } from "../content.ts";
import { counted, day, decimal, NONE, percent, plainNumber, signedPercent } from "../format.ts";
import type { Paper } from "../page/paper.ts";
import { COLOURS, COLUMN, PAGE, STYLES } from "../page/style.ts";
import { timeframeName } from "../timeframe-name.ts";
import type { Verdict } from "../verdict.ts";

export const KIND_TITLES: Record<ReportKind, string> = {
  executive: "Executive summary",
  technical: "Technical report",
  full: "Strategy report",
};

/** The report's title with what it is about, on its first page. */
export function drawTitle(paper: Paper, kind: ReportKind, content: ReportContent): void {
  const { dataset, desk, generatedAt, strategy, title } = content;
  const place = { x: PAGE.left, width: COLUMN };
  paper.y = 58;
  paper.artifact(() => paper.pdf.rect(PAGE.left, 44, 34, 3).fill(COLOURS.strategy));
  paper.tag("P", () => paper.line(KIND_TITLES[kind], STYLES.note, { ...place, y: paper.y }));
  paper.y += 14;
  const lines = paper.broken(title, STYLES.title, COLUMN, 3).length;
  paper.tag("Title", () => paper.block(title, STYLES.title, { ...place, y: paper.y }, 3));
  paper.y += lines * STYLES.title.leading + 2;
  const of = `${strategy.title} on ${dataset.symbol}, ${timeframeName(dataset.timeframe)} bars, ${day(dataset.from)} to ${day(dataset.to)}`;
  const made = `Made for ${desk} on ${day(generatedAt)}`;
  for (const text of [of, made]) {
    const style = text === of ? STYLES.subtitle : STYLES.note;
    const height = paper.broken(text, style, COLUMN, 2).length * style.leading;
    paper.tag("P", () => paper.block(text, style, { ...place, y: paper.y }, 2));
    paper.y += height + 2;
  }
  paper.y += 10;
}

/** The answer first: whether the result may be believed, in a panel. */
export function drawAnswer(paper: Paper, { answer, holdsUp, reason }: Verdict): void {
  const inner = { x: PAGE.left + 16, width: COLUMN - 32 };
  const reasonHeight = paper.broken(reason, STYLES.body, inner.width, 5).length * STYLES.body.leading;
  const height = 14 + STYLES.answer.leading + 4 + reasonHeight + 13;
  paper.ensure(height);
  const { y } = paper;
  paper.artifact(() => {
    paper.pdf.rect(PAGE.left, y, COLUMN, height).fill(COLOURS.panel);
    paper.pdf.rect(PAGE.left, y, 3, height).fill(holdsUp ? COLOURS.strategy : COLOURS.other);
  });
  paper.tag("P", () => {
    paper.line(answer, STYLES.answer, { ...inner, y: y + 14 });
    paper.block(reason, STYLES.body, { ...inner, y: y + 14 + STYLES.answer.leading + 4 }, 5);
  });
  paper.y = y + height + 16;
}

const KEY_FIGURES: readonly { name: MetricName; title: string; show(value: number): string }[] = [
  { name: "cagr", title: "Growth a year", show: (value) => signedPercent(value) },
  { name: "total_return", title: "Total return", show: (value) => signedPercent(value) },
  { name: "buy_and_hold", title: "Buy and hold", show: (value) => signedPercent(value) },
  { name: "max_drawdown", title: "Maximum drawdown", show: (value) => percent(-value) },
  { name: "sharpe", title: "Sharpe ratio", show: (value) => decimal(value) },
  { name: "volatility", title: "Volatility a year", show: (value) => percent(value) },
  { name: "profit_factor", title: "Profit factor", show: (value) => decimal(value) },
  { name: "trades", title: "Closed trades", show: (value) => decimal(value, 0) },
];
const ACROSS = 4;
const TILE_HEIGHT = 47;

/** Eight figures in two rows; one that has no value says why. */
export function drawKeyFigures(paper: Paper, { measures, trades }: ReportContent): void {
  paper.ensure(2 * TILE_HEIGHT + 12);
  const width = COLUMN / ACROSS;
  for (const [at, { name, show, title }] of KEY_FIGURES.entries()) {
    const x = PAGE.left + width * (at % ACROSS);
    const y = paper.y + TILE_HEIGHT * Math.floor(at / ACROSS);
    const value = measures.values[name];
    const place = { x, width: width - 12 };
    paper.tag("P", () => {
      paper.line(title, STYLES.note, { ...place, y });
      paper.line(value === null ? NONE : show(value), STYLES.figure, { ...place, y: y + 10 });
      const reason = measures.reasons[name];
      if (reason !== undefined) paper.line(reason, STYLES.small, { ...place, y: y + 30 });
      else if (name === "trades" && trades.length > 0)
        paper.line(wonOf(trades), STYLES.small, { ...place, y: y + 30 });
    });
  }
  paper.y += 2 * TILE_HEIGHT + 6;
}

function wonOf(trades: ReportContent["trades"]): string {
  const won = trades.filter(({ pnl }) => pnl > 0).length;
  return `${counted(won, "winner")}, ${counted(trades.length - won, "loser")}`;
}

/** In a line or two, what was run, for who reads no further. */
export function drawTested(paper: Paper, { dataset, settings, strategy }: ReportContent): void {
  const { commissionFixed, commissionRate, slippageBps, slippageTicks, spreadBps } = settings.costs;
  const costs = [
    commissionRate > 0 ? `commission ${percent(commissionRate, 2)} a side` : "no commission by value",
    ...(commissionFixed > 0 ? [`${decimal(commissionFixed)} a fill`] : []),
    slippageBps > 0 || slippageTicks > 0 ? "with slippage" : "no slippage",
    spreadBps > 0 ? "with a spread" : "no spread",
  ];
  const parameters = strategy.parameters
    .slice(0, 6)
    .map(({ title, value }) => `${title} ${plainNumber(value)}`);
  paper.paragraph(
    `Tested on ${counted(dataset.bars, "bar")} with a capital of ${decimal(settings.cash, 0)}, ${costs.join(", ")}. ${parameters.join(". ")}.`,
    STYLES.note,
    10,
    2,
  );
}
