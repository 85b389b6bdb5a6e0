import type { MetricName } from "../engine/metrics.ts";
import { count, decimal, percent } from "./format.ts";

interface MetricEntry {
  title: string;
  formula: string;
  show(value: number): string;
}

const entry = (title: string, formula: string, show: MetricEntry["show"]): MetricEntry => ({
  ...{ title, formula, show },
});
const ratio = (value: number) => decimal(value, 2);
const fine = (value: number) => decimal(value, 4);
const part = (value: number) => percent(value, 2);
const money = (value: number) => decimal(value, 2);

export const METRIC_GROUPS: readonly { title: string; names: readonly MetricName[] }[] = [
  {
    title: "Return",
    names: [
      ...(["equity_final", "net_profit", "equity_peak", "total_return", "annual_return", "cagr"] as const),
      ...(["buy_and_hold", "best_bar", "worst_bar"] as const),
    ],
  },
  {
    title: "Risk",
    names: [
      ...(["volatility", "volatility_geometric", "max_drawdown", "avg_drawdown"] as const),
      ...(["max_drawdown_bars", "max_drawdown_days", "ulcer_index", "value_at_risk"] as const),
      ...(["expected_shortfall", "value_at_risk_normal", "expected_shortfall_normal"] as const),
      "value_at_risk_modified",
    ],
  },
  {
    title: "Return for risk",
    names: [
      ...(["sharpe", "sharpe_geometric", "sortino", "sortino_geometric", "calmar"] as const),
      ...(["recovery_factor", "ulcer_performance"] as const),
    ],
  },
  { title: "Shape of returns", names: ["skewness", "kurtosis", "tail_ratio", "omega"] },
  {
    title: "Figures of trades",
    names: [
      ...(["trades", "win_rate", "profit_factor", "profit_factor_money", "expectancy"] as const),
      ...(["expectancy_money", "payoff", "kelly", "sqn", "best_trade", "worst_trade", "avg_bars"] as const),
      ...(["max_losers", "exposure", "turnover", "commissions", "commissions_paid"] as const),
    ],
  },
];

/** What each figure is called, by which formula it was made, and how it is shown; s is the sample deviation of bar returns. */
export const METRICS: Record<MetricName, MetricEntry> = {
  equity_final: entry("Final equity", "Money at the last close", money),
  equity_peak: entry("Peak equity", "Highest money at a close", money),
  total_return: entry("Total return", "Last / first − 1", part),
  annual_return: entry("Annual return", "(Last / first)^(periods / n) − 1", part),
  cagr: entry("Growth a year (CAGR)", "(Last / first)^(1 / years) − 1, years of 365.25 days", part),
  volatility: entry("Volatility a year", "s · √periods", part),
  volatility_geometric: entry(
    "Geometric volatility",
    "√((s² + (1 + g)²)^p − (1 + g)^2p), g the mean growth",
    part,
  ),
  sharpe: entry("Sharpe ratio", "Mean / s · √periods, no risk-free rate (Sharpe 1994)", fine),
  sortino: entry("Sortino ratio", "Mean / √(Σ min(r, 0)² / n) · √periods", fine),
  sharpe_geometric: entry("Geometric Sharpe ratio", "Annual return / geometric volatility", fine),
  sortino_geometric: entry("Geometric Sortino ratio", "Annual return / downside deviation a year", fine),
  calmar: entry("Calmar ratio", "Annual return / maximum drawdown (Young 1991)", fine),
  recovery_factor: entry("Recovery factor", "Total return / maximum drawdown", ratio),
  max_drawdown: entry("Maximum drawdown", "Greatest (peak − equity) / peak", part),
  avg_drawdown: entry("Mean drawdown", "Mean of each fall's deepest point", part),
  max_drawdown_bars: entry("Longest drawdown, bars", "From a peak to the next close at least as high", count),
  max_drawdown_days: entry("Longest drawdown, days", "The same in calendar days", count),
  ulcer_index: entry("Ulcer index", "√(mean of squared drawdowns) (Martin 1987)", part),
  ulcer_performance: entry("Ulcer performance", "Annual return / ulcer index", ratio),
  value_at_risk: entry("Value at risk, one bar, 95%", "Historical; a loss is positive", part),
  expected_shortfall: entry("Expected shortfall, one bar, 95%", "Mean of losses no better than that", part),
  value_at_risk_normal: entry("Value at risk, normal", "−(mean + z · s), z the 5% quantile", part),
  expected_shortfall_normal: entry("Expected shortfall, normal", "s · φ(z) / 5% − mean", part),
  value_at_risk_modified: entry(
    "Value at risk, modified",
    "z bent by skewness and kurtosis (Cornish, Fisher)",
    part,
  ),
  skewness: entry("Skewness", "Third standardised moment, biased", fine),
  kurtosis: entry("Kurtosis", "Fourth standardised moment, raw: a normal has 3", fine),
  omega: entry("Omega at 0", "Σ gains / Σ losses of bars", ratio),
  tail_ratio: entry("Tail ratio", "|95% quantile| / |5% quantile|", ratio),
  best_bar: entry("Best bar", "Greatest return of a bar", part),
  worst_bar: entry("Worst bar", "Least return of a bar", part),
  trades: entry("Closed trades", "A position open at the end is not one", count),
  win_rate: entry("Win rate", "Trades with a profit after commission / trades", part),
  profit_factor: entry("Profit factor", "Σ returns of winners / |Σ returns of losers|", ratio),
  profit_factor_money: entry("Profit factor, money", "Σ profits / |Σ losses|", ratio),
  expectancy: entry("Mean trade", "Mean return of a trade", part),
  expectancy_money: entry("Mean trade, money", "Mean profit of a trade", money),
  payoff: entry("Payoff", "Mean profit of winners / |mean loss of losers|", ratio),
  kelly: entry("Kelly fraction", "Win rate − (1 − win rate) / payoff (Kelly 1956)", part),
  sqn: entry("System quality (SQN)", "√trades · mean / deviation of profits (Tharp 2008)", ratio),
  best_trade: entry("Best trade", "Greatest return of a trade", part),
  worst_trade: entry("Worst trade", "Least return of a trade", part),
  avg_bars: entry("Mean length, bars", "From entry to exit", (value) => decimal(value, 1)),
  max_losers: entry("Longest run of losers", "Trades in a row without a profit", count),
  exposure: entry("Exposure", "Bars with a position / bars", part),
  turnover: entry("Turnover a year", "Money traded a year / mean equity", ratio),
  commissions: entry("Commissions, closed trades", "Money, both sides", money),
  commissions_paid: entry("Commissions, all fills", "Money, an open position's entry as well", money),
  net_profit: entry("Net profit", "Final equity − capital", money),
  buy_and_hold: entry("Buy and hold", "Last close / first close − 1, without costs", part),
};
