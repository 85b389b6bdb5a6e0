import { less } from "../language/numbers.ts";
import { crossing } from "../language/rules.ts";
import { dema, tema } from "../language/vocabulary/adaptive.ts";
import { ema, hma, sma, wma } from "../language/vocabulary/averages.ts";
import { close } from "../language/vocabulary/prices.ts";
import { averageSystems } from "./average-systems.ts";
import { range, strategy } from "./declare.ts";

const family = "moving_average_trend";

export const smaCross = strategy({
  id: "sma_cross",
  title: "SMA cross",
  family,
  core: true,
  entry: "SMA(fast) crosses above SMA(slow)",
  exit: "SMA(fast) crosses below SMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 10, 3, 60),
    slow: range("Length of the slow average", 30, 10, 250),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(sma(close, fast), sma(close, slow)),
});

const emaCross = strategy({
  id: "ema_cross",
  title: "EMA cross",
  family,
  core: true,
  entry: "EMA(fast) crosses above EMA(slow)",
  exit: "EMA(fast) crosses below EMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 12, 3, 60),
    slow: range("Length of the slow average", 26, 10, 250),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(ema(close, fast), ema(close, slow)),
});

const wmaCross = strategy({
  id: "wma_cross",
  title: "WMA cross",
  family,
  entry: "WMA(fast) crosses above WMA(slow)",
  exit: "WMA(fast) crosses below WMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 10, 3, 60),
    slow: range("Length of the slow average", 30, 10, 250),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(wma(close, fast), wma(close, slow)),
});

const hmaCross = strategy({
  id: "hma_cross",
  title: "Hull MA cross",
  family,
  entry: "Hull MA(fast) crosses above Hull MA(slow)",
  exit: "Hull MA(fast) crosses below Hull MA(slow)",
  parameters: {
    fast: range("Length of the fast average", 16, 4, 60),
    slow: range("Length of the slow average", 49, 10, 200),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(hma(close, fast), hma(close, slow)),
});

const demaCross = strategy({
  id: "dema_cross",
  title: "DEMA cross",
  family,
  entry: "DEMA(fast) crosses above DEMA(slow)",
  exit: "DEMA(fast) crosses below DEMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 10, 3, 60),
    slow: range("Length of the slow average", 30, 10, 200),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(dema(close, fast), dema(close, slow)),
});

const temaCross = strategy({
  id: "tema_cross",
  title: "TEMA cross",
  family,
  entry: "TEMA(fast) crosses above TEMA(slow)",
  exit: "TEMA(fast) crosses below TEMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 10, 3, 60),
    slow: range("Length of the slow average", 30, 10, 200),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(tema(close, fast), tema(close, slow)),
});

export const movingAverageTrend = [
  ...[smaCross, emaCross, wmaCross, hmaCross, demaCross, temaCross],
  ...averageSystems,
];
