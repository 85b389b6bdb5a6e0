import type { Bars } from "../bars/bars.ts";
import { cutBars, type Span, spanLength } from "../bars/slice.ts";
import { backtest } from "../engine/backtest.ts";
import type { EngineSettings } from "../engine/settings.ts";
import type { Inputs, Orders } from "../engine/signals.ts";
import { returnsOf } from "../statistics/ratios.ts";

/**
 * A part of a run whose inputs were made over the whole series, or from a warm-up on, as views of the columns. The engine begins
 * it without a position and decides first at the close of its first bar: what the bars before it chose is known no sooner.
 */
export function cutRun(bars: Bars, inputs: Inputs, span: Span): { bars: Bars; inputs: Inputs } {
  const cut = (column: Float64Array) => column.subarray(span.from, span.to);
  const { atr, orders, signals, trend } = inputs;
  return {
    bars: cutBars(bars, span),
    inputs: {
      signals: signals.subarray(span.from, span.to),
      ...(atr && { atr: cut(atr) }),
      ...(trend && { trend: cut(trend) }),
      ...(orders && { orders: cutOrders(orders, cut) }),
    },
  };
}

function cutOrders(orders: Orders, cut: (column: Float64Array) => Float64Array): Orders {
  const columns = Object.entries<Float64Array | undefined>({ ...orders });
  return Object.fromEntries(columns.flatMap(([name, column]) => (column ? [[name, cut(column)]] : [])));
}

/**
 * The returns of a run that begins with the span, one for each of its bars: the close against that of the bar before. On the
 * first bar nothing is held yet, and the return is 0.
 */
export function returnsInSpan(
  bars: Bars,
  inputs: Inputs,
  settings: EngineSettings,
  span: Span,
): Float64Array {
  const part = cutRun(bars, inputs, span);
  const returns = returnsOf(backtest(part.bars, part.inputs, settings).equity);
  const ofBars = new Float64Array(spanLength(span));
  ofBars.set(returns, Math.min(1, ofBars.length));
  return ofBars;
}
