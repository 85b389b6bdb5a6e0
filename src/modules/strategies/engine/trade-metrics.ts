import type { Bars } from "../bars/bars.ts";
import { type Metric, metric } from "../statistics/curve-metrics.ts";
import { momentsOf } from "../statistics/moments.ts";
import type { Backtest } from "./backtest.ts";
import type { EngineSettings } from "./settings.ts";
import type { Trade } from "./trades.ts";

const NO_TRADE = "no trade was closed";
const NO_LOSER = "no trade lost";
const NO_WINNER = "no trade won";

/**
 * Figures of the closed trades; a position that is open at the end is in the equity alone. A trade won where its pnl net of
 * commissions is above 0. Returns are pnl over what the entry cost.
 *
 * - `win_rate`: won / trades. `expectancy`: mean return. `expectancy_money`: mean pnl.
 * - `profit_factor`: Σ returns of winners / |Σ returns of losers| (as backtesting.py). `profit_factor_money`: the same of pnl
 *   (as TradingView).
 * - `payoff`: mean pnl of winners / |mean pnl of losers|. `kelly`: win rate − (1 − win rate) / payoff (Kelly 1956), from pnl.
 * - `sqn`: √trades · mean pnl / sample deviation of pnl (Tharp 2008).
 * - `exposure`: bars in which a position was held / bars.
 * - `turnover`: money traded in all fills a year / mean equity. `commissions`: of closed trades; `commissions_paid`: of all fills.
 * - `avg_bars`: mean bars from entry to exit. `max_losers`: the longest run of losing trades.
 * - `buy_and_hold`: last close / first close − 1, without costs.
 */
export function tradeMetrics(
  { close }: Bars,
  run: Backtest,
  { cash }: EngineSettings,
  periodsPerYear: number | null,
) {
  const { trades } = run;
  const won = trades.filter(({ pnl }) => pnl > 0);
  const lost = trades.filter(({ pnl }) => pnl <= 0);
  const count = trades.length;
  const winRate = won.length / count;
  const profit = sumOf(won, "pnl");
  const loss = -sumOf(lost, "pnl");
  const payoff = profit / won.length / (loss / lost.length);
  const pnl = momentsOf(Float64Array.from(trades, (trade) => trade.pnl));
  const meanEquity = run.equity.reduce((sum, value) => sum + value, 0) / run.equity.length;
  const years = periodsPerYear ? run.equity.length / periodsPerYear : null;
  const ofTrades = (value: number) => metric(count > 0 ? value : null, NO_TRADE);
  const overLosers = (value: number) => metric(loss > 0 ? value : null, count > 0 ? NO_LOSER : NO_TRADE);
  const withWinner = won.length > 0;
  return {
    trades: count,
    win_rate: ofTrades(winRate),
    profit_factor: overLosers(sumOf(won, "return") / -sumOf(lost, "return")),
    profit_factor_money: overLosers(profit / loss),
    expectancy: ofTrades(sumOf(trades, "return") / count),
    expectancy_money: ofTrades(sumOf(trades, "pnl") / count),
    payoff: withWinner ? overLosers(payoff) : metric(null, count > 0 ? NO_WINNER : NO_TRADE),
    kelly: withWinner
      ? overLosers(winRate - (1 - winRate) / payoff)
      : metric(null, count > 0 ? NO_WINNER : NO_TRADE),
    sqn: metric(
      pnl !== null && pnl.deviation > 0 ? (Math.sqrt(count) * pnl.mean) / pnl.deviation : null,
      "fewer than two trades whose results differ",
    ),
    best_trade: ofTrades(
      trades.reduce((best, trade) => Math.max(best, trade.return), Number.NEGATIVE_INFINITY),
    ),
    worst_trade: ofTrades(
      trades.reduce((worst, trade) => Math.min(worst, trade.return), Number.POSITIVE_INFINITY),
    ),
    avg_bars: ofTrades(trades.reduce((sum, { entryBar, exitBar }) => sum + exitBar - entryBar, 0) / count),
    max_losers: longestLosing(trades),
    exposure: metric(run.barsHeld / run.equity.length, "there are no bars"),
    turnover: metric(
      years !== null && meanEquity > 0 ? run.traded / meanEquity / years : null,
      "there is no mean equity above 0 in a known time",
    ),
    commissions: sumOf(trades, "commission"),
    commissions_paid: run.commissionPaid,
    net_profit: (run.equity.at(-1) ?? cash) - cash,
    buy_and_hold: metric((close.at(-1) ?? Number.NaN) / (close[0] ?? Number.NaN) - 1, "there are no bars"),
  } satisfies Record<string, Metric>;
}

function sumOf(trades: readonly Trade[], of: "pnl" | "return" | "commission"): number {
  let sum = 0;
  for (const trade of trades) sum += trade[of];
  return sum;
}

function longestLosing(trades: readonly Trade[]): number {
  let longest = 0;
  let running = 0;
  for (const { pnl } of trades) {
    running = pnl > 0 ? 0 : running + 1;
    longest = Math.max(longest, running);
  }
  return longest;
}
