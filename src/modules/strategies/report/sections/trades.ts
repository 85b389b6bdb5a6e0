import type { ReportContent, ReportPosition, ReportTrade } from "../content.ts";
import { count, counted, decimal, moment, price, quantity, signedPercent } from "../format.ts";
import type { Paper } from "../page/paper.ts";
import { STYLES } from "../page/style.ts";
import { drawTable } from "../page/table.ts";

const MOST_LISTED = 200;
/** Between the open positions and the trades. */
const GAP = 12;

const REASONS: Record<ReportTrade["exitReason"], string> = {
  signal: "Signal",
  stop: "Stop",
  trail: "Trailing stop",
  target: "Target",
  max_bars: "Longest time",
  end: "End of data",
  bankruptcy: "Bankruptcy",
};

/** What is still held, and the first 200 closed trades, after the best and the worst of all. */
export function drawTrades(paper: Paper, { open, trades }: ReportContent): void {
  if (open.length > 0) {
    drawOpen(paper, open);
    paper.y += GAP;
  }
  drawClosed(paper, trades);
}

function drawOpen(paper: Paper, positions: readonly ReportPosition[]): void {
  paper.paragraph(
    `${counted(positions.length, "position")} still open after the last bar, marked to the last close. The equity counts what is held; the figures of trades do not.`,
    STYLES.note,
    4,
  );
  drawTable(
    paper,
    [
      { title: "Symbol", share: 16 },
      { title: "Side", share: 10 },
      { title: "Entered (UTC)", share: 24 },
      { title: "Price", share: 14, align: "right" },
      { title: "Last close", share: 14, align: "right" },
      { title: "Quantity", share: 14, align: "right" },
      { title: "Profit so far", share: 18, align: "right" },
    ],
    positions.map(({ entryPrice, entryTime, markPrice, pnl, quantity: held, side, symbol }) => [
      ...[symbol, side === "long" ? "Long" : "Short", moment(entryTime), price(entryPrice)],
      ...[price(markPrice), quantity(held), decimal(pnl)],
    ]),
    { tag: "rows", lines: 1 },
  );
}

function drawClosed(paper: Paper, trades: readonly ReportTrade[]): void {
  const [first] = trades;
  if (first === undefined) {
    paper.paragraph("There are none to list: no trade was closed.");
    return;
  }
  const best = trades.reduce((one, other) => (other.return > one.return ? other : one), first);
  const worst = trades.reduce((one, other) => (other.return < one.return ? other : one), first);
  paper.paragraph(
    `Best: ${told(best)}. Worst: ${told(worst)}. ${
      trades.length > MOST_LISTED
        ? `The first ${MOST_LISTED} of ${count(trades.length)} trades are listed; the figures are of all.`
        : `${counted(trades.length, "trade")}, in the order in which they ended.`
    }`,
    STYLES.note,
    4,
  );
  const several = trades.some(({ symbol }) => symbol !== first.symbol);
  drawTable(
    paper,
    [
      { title: "#", share: 5, align: "right" },
      ...(several ? [{ title: "Symbol", share: 11 }] : []),
      { title: "Side", share: 7 },
      { title: "Entered (UTC)", share: 16 },
      { title: "Price", share: 11, align: "right" as const },
      { title: "Left (UTC)", share: 16 },
      { title: "Price", share: 11, align: "right" as const },
      { title: "Quantity", share: 10, align: "right" as const },
      { title: "Profit", share: 13, align: "right" as const },
      { title: "Return", share: 11, align: "right" as const },
      { title: "Why", share: 12 },
    ],
    trades
      .slice(0, MOST_LISTED)
      .map((trade, at) => [
        count(at + 1),
        ...(several ? [trade.symbol] : []),
        trade.side === "long" ? "Long" : "Short",
        moment(trade.entryTime),
        price(trade.entryPrice),
        moment(trade.exitTime),
        price(trade.exitPrice),
        quantity(trade.quantity),
        decimal(trade.pnl),
        signedPercent(trade.return, 2),
        REASONS[trade.exitReason],
      ]),
    { tag: "rows", lines: 2 },
  );
}

const told = (trade: ReportTrade): string =>
  `${signedPercent(trade.return)} (${trade.side} ${trade.symbol}, ${moment(trade.entryTime)} to ${moment(trade.exitTime)})`;
