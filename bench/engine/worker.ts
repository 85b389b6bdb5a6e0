import type { z } from "zod";
import type { Env } from "../../src/env.ts";
import type { Bars } from "../../src/modules/strategies/bars/bars.ts";
import { readCsv } from "../../src/modules/strategies/bars/csv/read.ts";
import { sampleBars } from "../../src/modules/strategies/bars/sample.ts";
import { ALWAYS } from "../../src/modules/strategies/bars/session.ts";
import { strategyNamed } from "../../src/modules/strategies/catalogue/catalogue.ts";
import { PreparedStrategy } from "../../src/modules/strategies/catalogue/prepare.ts";
import { Evaluator } from "../../src/modules/strategies/engine/evaluate.ts";
import { engineSettings } from "../../src/modules/strategies/engine/settings.ts";
import { macd, newSignalledLines, rsi } from "../../src/modules/strategies/indicators/momentum.ts";
import { ema, sma } from "../../src/modules/strategies/indicators/moving-averages.ts";
import { ticksOf } from "../../src/modules/strategies/indicators/ticks.ts";
import { atr, bollinger, newBands } from "../../src/modules/strategies/indicators/volatility.ts";
import worker from "../../src/worker.ts";
import {
  type evaluationsAnswer,
  evaluationsRequest,
  type Indicator,
  type indicatorAnswer,
  indicatorRequest,
} from "./protocol.ts";

/** The product's Worker with two routes more, which run the engine and its indicators for as long as they are asked to. */

export * from "../../src/worker.ts";

export default {
  ...worker,
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/bench/evaluations") return evaluate(evaluationsRequest.parse(await request.json()));
    if (pathname === "/bench/indicator") return runIndicator(indicatorRequest.parse(await request.json()));
    return await worker.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;

const DAILY = 2_148;

const madeBars = (bars: number): Bars =>
  sampleBars({
    ...{ seed: 7, bars, timeframe: { count: 1, unit: "d" }, session: ALWAYS },
    from: Date.UTC(2004, 7, 19),
  });

/** Every pair of lengths of the SMA cross, complete: equity, drawdown, Sharpe, trades, win rate and profit factor. */
function evaluate({ csv, rounds }: z.infer<typeof evaluationsRequest>): Response {
  const bars = csv === null ? madeBars(DAILY) : readCsv(csv).symbols[0]?.bars;
  const strategy = strategyNamed("sma_cross");
  if (bars === undefined || strategy === undefined) throw new Error("there is nothing to run");
  const prepared = new PreparedStrategy(strategy, bars, { crossing: "tradingview", isIntraday: false });
  const evaluator = new Evaluator(bars, engineSettings({ costs: { commissionRate: 0.002 } }), 252);
  let evaluations = 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    for (let fast = 3; fast <= 60; fast += 1) {
      for (let slow = Math.max(10, fast + 1); slow <= 250; slow += 1) {
        const { sharpe } = evaluator.evaluate(prepared.inputs({ fast, slow }));
        best = Math.max(best, sharpe ?? best);
        evaluations += 1;
      }
    }
  }
  const answer: z.infer<typeof evaluationsAnswer> = { bars: bars.times.length, evaluations, best };
  return Response.json(answer);
}

function runIndicator({ bars: count, name, rounds }: z.infer<typeof indicatorRequest>): Response {
  const run = kernelOf(name, madeBars(count));
  let sum = 0;
  for (let round = 0; round < rounds; round += 1) sum += run().at(-1) ?? 0;
  const answer: z.infer<typeof indicatorAnswer> = { sum };
  return Response.json(answer);
}

/** As searches run them: into a buffer that is there, ticks known. Lengths are those of TA-Lib's figures. */
function kernelOf(name: Indicator, bars: Bars): () => Float64Array {
  const { close } = bars;
  const ticks = ticksOf(close);
  const out = new Float64Array(close.length);
  const bands = newBands(close.length);
  const lines = newSignalledLines(close.length);
  switch (name) {
    case "SMA":
      return () => sma(close, 20, out, ticks);
    case "EMA":
      return () => ema(close, 20, out);
    case "RSI":
      return () => rsi(close, 14, out);
    case "ATR":
      return () => atr(bars, 14, out);
    case "Bollinger":
      return () => bollinger(close, 20, 2, bands, ticks).upper;
    case "MACD":
      return () => macd(close, { fast: 12, slow: 26, signal: 9 }, lines).line;
  }
}
