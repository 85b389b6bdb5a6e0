import type { EngineSettings, Sizing } from "../../engine/settings.ts";
import type { ReportContent } from "../content.ts";
import { count, counted, decimal, moment, percent, plainNumber } from "../format.ts";
import { subheading } from "../page/headings.ts";
import type { Paper } from "../page/paper.ts";
import { drawTable } from "../page/table.ts";
import { timeframeName } from "../timeframe-name.ts";

const COLUMNS = [
  { title: "Setting", share: 30 },
  { title: "Value", share: 70 },
];
/** A strategy has a handful; what a stranger sends beyond that is not printed. */
const MOST_PARAMETERS = 40;

/** What was run, on what, and at what cost: enough to run it again. */
export function drawSettings(paper: Paper, content: ReportContent): void {
  const { dataset, measures, settings, strategy } = content;
  const part = (title: string, rows: [string, string][]) => {
    subheading(paper, title);
    drawTable(paper, COLUMNS, rows, { lines: 4, headless: true });
    paper.y += 14;
  };
  const parameters = strategy.parameters.slice(0, MOST_PARAMETERS);
  part("Strategy", [
    ["Name", strategy.title],
    ["Enters", strategy.entry],
    ["Leaves", strategy.exit],
    ...parameters.map(({ title, value }): [string, string] => [title, plainNumber(value)]),
  ]);
  part("Data", [
    ["Data set", dataset.name],
    [
      "Symbol and bars",
      `${dataset.symbol}, ${timeframeName(dataset.timeframe)}, ${counted(dataset.bars, "bar")}`,
    ],
    ["From, to (UTC)", `${moment(dataset.from)} to ${moment(dataset.to)}`],
    ["SHA-256", dataset.hash],
    ["Periods a year", periodsOf(measures)],
  ]);
  part("Trading", tradingRows(settings));
  part("Costs", costRows(content));
}

function periodsOf({ periodsFrom, periodsPerYear }: ReportContent["measures"]): string {
  if (periodsPerYear === null) return "Unknown: there are fewer than two bars";
  return `${decimal(periodsPerYear)}, ${periodsFrom === "given" ? "as given" : "counted from the bars"}`;
}

function tradingRows(settings: EngineSettings): [string, string][] {
  const { cash, closeAtEnd, fillAt, limitFill, lotSize, onSameSignal, overlays, side, sizing } = settings;
  const rows: [string, string][] = [
    ["Capital", decimal(cash)],
    ["Positions", { both: "Long and short", long: "Long only", short: "Short only" }[side]],
    [
      "Fills",
      fillAt === "next_open"
        ? "At the open after the signal's bar"
        : "At the close of the signal's own bar, which could not be known in time",
    ],
    ["Size", sizingText(sizing)],
    ["Quantities", lotSize === 0 ? "Not rounded" : `Whole multiples of ${plainNumber(lotSize)}`],
    [
      "Position at the end",
      closeAtEnd === false ? "Marked to the last close" : `Closed at the last ${closeAtEnd}`,
    ],
    ["Same signal again", onSameSignal === "hold" ? "Holds" : "Out and in again"],
    ["Limit orders", limitFill === "touch" ? "Fill when touched" : "Fill when crossed"],
  ];
  const rules: [string, number, string][] = [
    ["Stop", overlays.stopAtr, "average true ranges"],
    ["Target", overlays.takeAtr, "average true ranges"],
    ["Trailing stop", overlays.trailAtr, "average true ranges"],
    ["Longest position", overlays.maxBars, "bars"],
    ["Pause after an exit", overlays.cooldown, "bars"],
  ];
  for (const [title, value, unit] of rules)
    if (value > 0) rows.push([title, `${plainNumber(value)} ${unit}`]);
  return rows;
}

function sizingText(sizing: Sizing): string {
  switch (sizing.kind) {
    case "all_equity":
      return "All equity";
    case "fixed_quantity":
      return `${plainNumber(sizing.quantity)} each trade`;
    case "fixed_notional":
      return `Money of ${decimal(sizing.notional)} each trade`;
    case "percent_of_equity":
      return `${percent(sizing.fraction)} of the equity`;
    case "atr_risk":
      return `Risks ${percent(sizing.fraction)} of the equity over ${plainNumber(sizing.atrMultiple)} average true ranges`;
  }
}

function costRows({ measures, settings, trades }: ReportContent): [string, string][] {
  const { commissionFixed, commissionRate, slippageBps, slippageTicks, spreadBps, tickSize } = settings.costs;
  const bps = (value: number) => (value === 0 ? "None" : `${plainNumber(value)} hundredths of a percent`);
  const paid = measures.values.commissions_paid ?? 0;
  return [
    [
      "Commission",
      commissionRate === 0 ? "None by value" : `${percent(commissionRate, 3)} of the money, both sides`,
    ],
    ["Commission each fill", commissionFixed === 0 ? "None" : decimal(commissionFixed)],
    ["Slippage", bps(slippageBps)],
    [
      "Slippage in ticks",
      slippageTicks === 0 ? "None" : `${plainNumber(slippageTicks)} of ${plainNumber(tickSize)} each`,
    ],
    ["Spread, half at each fill", bps(spreadBps)],
    ["Commission paid", `${decimal(paid)} in all, over ${count(trades.length)} closed trades`],
  ];
}
