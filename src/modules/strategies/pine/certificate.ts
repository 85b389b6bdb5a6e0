import type { Bars } from "../bars/bars.ts";
import { sampleBars, sampleSession } from "../bars/sample.ts";
import type { Timeframe } from "../bars/timeframe.ts";
import { OVERLAYS } from "../catalogue/overlays.ts";
import { PreparedStrategy } from "../catalogue/prepare.ts";
import { runStrategy } from "../catalogue/run.ts";
import type { Backtest } from "../engine/backtest.ts";
import type { EngineSettings } from "../engine/settings.ts";
import { emitPine, type PineExport } from "./emitter/emit.ts";
import { type PineRun, runPine } from "./run.ts";

/** Bars that a script is proved on. */
export interface ProofSeries {
  name: string;
  bars: Bars;
  isIntraday: boolean;
}

export interface SeriesProof {
  name: string;
  bars: number;
  /** Closed by the backtest and by the script alike. */
  trades: number;
  netProfit: number;
  /** Trades that hang on an exact tie of two values, which TradingView's floats may decide otherwise. */
  onTies: number;
}

export interface Certificate {
  source: string;
  proofs: SeriesProof[];
  notes: string[];
}

/** A script that does not do what its backtest does; it must not be given to anybody. */
export class PineDiffers extends Error {
  override readonly name = "PineDiffers";
}

const SAMPLE_BARS = 1_500;

/** Made-up bars beside a run's own: a script is proved on three series at least. */
export function proofSamples(isIntraday: boolean): ProofSeries[] {
  const timeframe: Timeframe = { count: 1, unit: isIntraday ? "h" : "d" };
  const session = sampleSession(timeframe);
  return [11, 12].map((seed) => ({
    name: `sample ${seed}`,
    isIntraday,
    bars: sampleBars({ seed, bars: SAMPLE_BARS, from: Date.UTC(2015, 0, 5), timeframe, session }),
  }));
}

/**
 * The script of a strategy, proved by running it in the project's own interpreter: trade by trade against the backtest, or bar by
 * bar against the signals of an indicator. Quantities are worked out at the fill, as the backtest does it. Throws PineDiffers.
 */
export function certify(asked: PineExport, series: readonly ProofSeries[]): Certificate {
  const source = emitPine({ ...asked, comments: [] });
  const proofs = series.map((one) =>
    asked.kind === "strategy" ? proveTrades(asked, source, one) : proveSignals(asked, source, one),
  );
  const notes = notesOf(asked, proofs);
  const told = asked.kind === "strategy" ? tradesText : signalsText;
  const comments = [...asked.comments, ...proofs.map(told), ...notes];
  return { source: emitPine({ ...asked, comments }), proofs, notes };
}

const signalsText = ({ bars, name }: SeriesProof): string =>
  `Proved on ${name}: ${bars} bars, the same signal on each`;

const tradesText = ({ bars, name, netProfit, trades }: SeriesProof): string =>
  `Proved on ${name}: ${bars} bars, ${trades} trades, net profit ${netProfit.toFixed(2)}`;

function notesOf({ kind, settings, values }: PineExport, proofs: readonly SeriesProof[]): string[] {
  const ties = proofs.reduce((sum, { onTies }) => sum + onTies, 0);
  const notes: string[] = [];
  if (kind === "strategy" && settings.sizing.kind !== "fixed_quantity" && settings.fillAt === "next_open")
    notes.push(
      "TradingView sizes a trade at the close of its signal, the backtest at its fill: quantities differ where the next open does",
    );
  if (kind === "indicator" && Object.entries(values).some(([name, value]) => name in OVERLAYS && value > 0))
    notes.push(
      "An indicator marks the strategy's signals: stops, targets and the other overlays are not in it",
    );
  if (ties > 0)
    notes.push(
      `${ties} of the trades of these series hang on an exact tie, which TradingView's rounding may decide otherwise`,
    );
  return notes;
}

/** Where two values differ by rounding alone, either decision is right: the script is proved if one of them gives the backtest. */
const TIE_RULES = ["equal", "as_computed"] as const;

/** The script's run that does what is expected. Throws PineDiffers with what the first run does otherwise. */
function provedRun(
  { settings, strategy }: PineExport,
  source: string,
  { bars, isIntraday, name }: ProofSeries,
  differenceOf: (script: PineRun) => string | undefined,
): PineRun {
  let first: string | undefined;
  for (const ties of TIE_RULES) {
    const script = runPine(source, bars, {
      ...{ isIntraday, ties, intrabar: "stop_first", sizing: "at_fill" },
      ...{ lotSize: settings.lotSize, tickSize: settings.costs.tickSize },
    });
    const difference = differenceOf(script);
    if (difference === undefined) return script;
    first ??= difference;
  }
  throw new PineDiffers(`${strategy.id} on ${name}: ${first}`);
}

function proveTrades(asked: PineExport, source: string, series: ProofSeries): SeriesProof {
  const { crossing, settings, strategy, values } = asked;
  const { bars, isIntraday, name } = series;
  const last = bars.times.length - 1;
  const { run } = runStrategy(
    strategy,
    values,
    bars,
    { ...settings, closeAtEnd: false },
    { crossing, isIntraday },
  );
  const script = provedRun(asked, source, series, (found) =>
    firstDifference(run, withoutLastDecision(found, settings, last, run.trades.length), settings),
  );
  const ties = new Set(script.ties);
  const decided = run.trades.flatMap(({ entryBar, exitBar }) => [[entryBar - 1, exitBar - 1]]);
  return {
    ...{ name, bars: bars.times.length, trades: run.trades.length },
    netProfit: run.trades.reduce((sum, { pnl }) => sum + pnl, 0),
    onTies: decided.filter((at) => at.some((bar) => ties.has(bar))).length,
  };
}

/** Where fills are at the close, a script also fills what the last close decided; the engine leaves that to the bar after. */
function withoutLastDecision(
  { open, trades }: PineRun,
  { fillAt }: EngineSettings,
  last: number,
  closed: number,
): Pick<PineRun, "open" | "trades"> {
  if (fillAt !== "close") return { open, trades };
  const closing = trades[closed];
  return closing?.exitBar === last
    ? { trades: trades.slice(0, closed), open: [closing] }
    : { trades, open: open.filter(({ entryBar }) => entryBar < last) };
}

/** What the two do differently first; a run that goes bankrupt ends there, and a script goes on. */
function firstDifference(
  run: Backtest,
  script: Pick<PineRun, "open" | "trades">,
  settings: EngineSettings,
): string | undefined {
  const isWhole = run.bankruptBar === null;
  const expected = run.trades.filter(({ exitReason }) => exitReason !== "bankruptcy");
  const found = isWhole ? script.trades : script.trades.slice(0, expected.length);
  for (const [at, trade] of expected.entries()) {
    const other = found[at];
    if (other === undefined) return `trade ${at} of bar ${trade.entryBar} is missing`;
    const pairs: [string, number, number][] = [
      ["entry bar", trade.entryBar, other.entryBar],
      ["exit bar", trade.exitBar, other.exitBar],
      ["entry price", trade.entryPrice, other.entryPrice],
      ["exit price", trade.exitPrice, other.exitPrice],
      ...(settings.sizing.kind === "atr_risk" ? [] : sizedPairs(trade, other)),
    ];
    const wrong = pairs.find(([, ours, theirs]) => !isNear(ours, theirs));
    if (trade.side !== other.side) return `trade ${at} of bar ${trade.entryBar} is ${other.side}`;
    if (wrong !== undefined) return `the ${wrong[0]} of trade ${at} is ${wrong[2]} instead of ${wrong[1]}`;
  }
  if (!isWhole) return undefined;
  if (found.length > expected.length)
    return `trade ${expected.length} of bar ${found[expected.length]?.entryBar} is too many`;
  const [open] = script.open;
  return run.open?.entryBar === open?.entryBar && run.open?.side === open?.side
    ? undefined
    : `after the last bar ${open?.side ?? "nothing"} is held instead of ${run.open?.side ?? "nothing"}`;
}

const sizedPairs = (
  trade: Pick<Backtest["trades"][number], "quantity" | "pnl">,
  other: { quantity: number; pnl: number },
): [string, number, number][] => [
  ["quantity", trade.quantity, other.quantity],
  ["profit", trade.pnl, other.pnl],
];

const NEAR = 1e-9;
const isNear = (ours: number, theirs: number): boolean =>
  Math.abs(ours - theirs) <= NEAR * Math.max(1, Math.abs(ours), Math.abs(theirs));

function proveSignals(asked: PineExport, source: string, series: ProofSeries): SeriesProof {
  const { crossing, strategy, values } = asked;
  const { bars, isIntraday, name } = series;
  const { signals } = new PreparedStrategy(strategy, bars, { crossing, isIntraday }).inputs(values);
  provedRun(asked, source, series, ({ plots }) => {
    const plotted = plots.find(({ title }) => title === "Signal")?.values ?? [];
    const at = signals.findIndex((signal, bar) => signal !== plotted[bar]);
    return at < 0 ? undefined : `the signal of bar ${at} is ${plotted[at]} instead of ${signals[at]}`;
  });
  return { name, bars: bars.times.length, trades: 0, netProfit: 0, onTies: 0 };
}
