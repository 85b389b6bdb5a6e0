import type { Bars } from "./bars.ts";
import { type Finding, Findings, type Place } from "./findings.ts";
import { findGaps } from "./gaps.ts";
import { checkBars, checkJumps } from "./price-checks.ts";
import { inferTradingHours, type Session, type TradingHours } from "./session.ts";
import { type TimeZone, UTC } from "./time-zone.ts";
import { formatTimeframe, inferTimeframe, type Timeframe } from "./timeframe.ts";

/** A symbol's bars as they came, with the file's rows where there was a file. */
export interface BarsToExamine {
  symbol: string;
  bars: Bars;
  rows?: Float64Array;
}

export interface SymbolSummary {
  symbol: string;
  bars: number;
  /** ISO instants of the first and the last bar. */
  first: string | null;
  last: string | null;
  /** As found in the times; null for irregular ones. */
  timeframe: string | null;
  session: SessionSummary | null;
}

/** Times of day as `HH:MM`, in the zone. Days are 0 (Sunday) to 6. */
export interface SessionSummary {
  time_zone: string;
  open: string;
  close: string;
  days: number[];
}

export interface BarsReport {
  /** Whether nothing was found that would mislead a backtest. */
  usable: boolean;
  errors: number;
  warnings: number;
  /** The timeframe of all symbols; null where they differ or have none. */
  timeframe: string | null;
  symbols: SymbolSummary[];
  findings: Finding[];
}

/**
 * What is to be known of bars before anything rests on them. `found` is what the reading of them found already; times of day
 * are those of `zone`. `timeframe` overrules the one that the times show.
 */
export function examine(
  sets: readonly BarsToExamine[],
  {
    found = new Findings(),
    zone = UTC,
    timeframe,
  }: { found?: Findings; zone?: TimeZone; timeframe?: Timeframe } = {},
): BarsReport {
  const symbols = sets.map((set) =>
    examineSymbol(set, timeframe ?? inferTimeframe(set.bars.times), zone, found),
  );
  const findings = found.list();
  const count = (severity: string) =>
    findings.filter((one) => one.severity === severity).reduce((sum, one) => sum + one.count, 0);
  const frames = new Set(symbols.map((symbol) => symbol.timeframe));
  const errors = count("error");
  return {
    usable: errors === 0 && symbols.length > 0 && symbols.every(({ bars }) => bars > 0),
    errors,
    warnings: count("warning"),
    timeframe: frames.size === 1 ? (symbols[0]?.timeframe ?? null) : null,
    symbols,
    findings,
  };
}

function examineSymbol(
  { symbol, bars, rows }: BarsToExamine,
  timeframe: Timeframe | undefined,
  zone: TimeZone,
  findings: Findings,
): SymbolSummary {
  const { times } = bars;
  const placeOf = (at: number): Place => ({ symbol, row: rows?.[at], time: times[at] });
  checkBars(bars, findings, placeOf);
  checkJumps(bars, timeframe, findings, placeOf);
  let hours: TradingHours | undefined;
  if (timeframe !== undefined) {
    hours = inferTradingHours(times, timeframe, zone);
    findGaps(times, timeframe, hours, { findings, symbol, rows });
  } else if (times.length > 1)
    findings.add("timeframe_irregular", { symbol }, () => "the bars have no common distance in time");
  const iso = (time: number | undefined) => (time === undefined ? null : new Date(time).toISOString());
  return {
    symbol,
    bars: times.length,
    first: iso(times[0]),
    last: iso(times.at(-1)),
    timeframe: timeframe === undefined ? null : formatTimeframe(timeframe),
    session: hours === undefined ? null : summaryOf(hours.session),
  };
}

const DAY_MINUTES = 1440;

function summaryOf({ zone, open, close, days }: Session): SessionSummary {
  const written = (ms: number) => {
    const minutes = (ms / 60_000 + DAY_MINUTES) % DAY_MINUTES;
    const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
    return `${two(minutes / 60)}:${two(minutes % 60)}`;
  };
  return { time_zone: zone.name, open: written(open), close: written(close), days: [...days] };
}
