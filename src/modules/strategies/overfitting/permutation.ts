import type { EngineSettings } from "../engine/settings.ts";
import type { Trade } from "../engine/trades.ts";
import type { Metric } from "../statistics/curve-metrics.ts";
import { type Distribution, distributionOf } from "../statistics/distribution.ts";
import { type Accumulation, deepestFall } from "../statistics/drawdown.ts";
import { Random, shuffle } from "../statistics/random.ts";
import { requireFinite } from "./finite.ts";

const MOST_SAMPLES = 50_000;
/** Samples times results: a few seconds of work. */
const MOST_STEPS = 200_000_000;
/** What rounding may take from a value that is really equal, as a part of it. */
const ROUNDING = 1e-9;

/** Results that mean the same in any order: parts of the equity before where sizes grow with it, money where they do not. */
export function orderFreeResults(
  trades: readonly Pick<Trade, "pnl">[],
  { cash, sizing }: Pick<EngineSettings, "cash" | "sizing">,
): [Float64Array, Accumulation] {
  if (sizing.kind === "fixed_quantity" || sizing.kind === "fixed_notional")
    return [Float64Array.from(trades, ({ pnl }) => pnl), { kind: "added", capital: cash }];
  let equity = cash;
  const parts = Float64Array.from(trades, ({ pnl }) => {
    const part = pnl / equity;
    equity += pnl;
    return part;
  });
  return [parts, { kind: "compounded" }];
}

export interface PermutationOptions {
  seed: number;
  /** From 1 to 50,000. */
  samples: number;
}

export interface TradeOrders {
  trades: number;
  samples: number;
  /** The deepest fall in the order in which the trades came. */
  observed: Metric;
  /** Of the deepest falls in the other orders; null for fewer than two trades. */
  drawdowns: Distribution | null;
  /** Part of the orders whose deepest fall is at least the observed one: near 1 where the true order was a lucky one. */
  atLeastObserved: Metric;
}

/**
 * What the order of the trades did: their results in random orders, and each order's deepest fall from a peak (Monte Carlo by
 * Fisher and Yates' shuffle). The end of the curve is the same in all of them. Deterministic by its seed. Throws a RangeError for
 * samples out of their range or too much work.
 */
export function permuteTrades(
  results: Float64Array,
  accumulation: Accumulation,
  { samples, seed }: PermutationOptions,
): TradeOrders {
  requireWork(samples, results);
  const reason = { missing: "fewer than two trades" };
  const trades = results.length;
  if (trades < 2) return { trades, samples: 0, observed: reason, drawdowns: null, atLeastObserved: reason };
  const random = new Random(seed);
  const order = results.slice();
  const drawdowns = new Float64Array(samples);
  const observed = deepestFall(results, accumulation);
  let atLeast = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    shuffle(order, random);
    const fall = deepestFall(order, accumulation);
    drawdowns[sample] = fall;
    if (fall >= observed * (1 - ROUNDING)) atLeast += 1;
  }
  return {
    trades,
    samples,
    observed,
    drawdowns: distributionOf(drawdowns),
    atLeastObserved: atLeast / samples,
  };
}

export interface SignFlipTest {
  count: number;
  samples: number;
  /** Of the returns as they are. */
  mean: Metric;
  /** The probability of a mean at least as far from 0, and of one at least as high, where gains and losses are mere luck. */
  pValue: Metric;
  pPositive: Metric;
}

/**
 * Whether returns have a mean other than 0: random signs instead of their own, (1 + samples at least as extreme) / (1 + samples)
 * (Fisher's randomisation test; the ones of Phipson and Smyth 2010 keep p above 0). `block` bars flip together, for returns that
 * depend on those before; 1 unless given. Deterministic by its seed. Throws a RangeError for numbers out of their range.
 */
export function signFlipTest(
  returns: Float64Array,
  { block = 1, samples, seed }: PermutationOptions & { block?: number },
): SignFlipTest {
  requireWork(samples, returns);
  if (!Number.isInteger(block) || block < 1) throw new RangeError(`blocks of ${block} bars`);
  const sums = blockTotals(returns, block);
  const count = returns.length;
  const isSilent = sums.every((sum) => sum === 0);
  if (count < 2 || isSilent) {
    const reason = { missing: count < 2 ? "fewer than two returns" : "nothing was gained or lost" };
    return { count, samples: 0, mean: count < 2 ? reason : 0, pValue: reason, pPositive: reason };
  }
  const random = new Random(seed);
  const observed = sums.reduce((sum, value) => sum + value, 0);
  const slack = ROUNDING * Math.abs(observed);
  let asFar = 0;
  let asHigh = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    let flipped = 0;
    for (const value of sums) flipped += random.next() < 0.5 ? value : -value;
    if (Math.abs(flipped) >= Math.abs(observed) - slack) asFar += 1;
    if (flipped >= observed - slack) asHigh += 1;
  }
  return {
    count,
    samples,
    mean: observed / count,
    pValue: (1 + asFar) / (1 + samples),
    pPositive: (1 + asHigh) / (1 + samples),
  };
}

/** The sums of blocks, the last one as short as it comes. */
function blockTotals(returns: Float64Array, block: number): Float64Array {
  const totals = new Float64Array(Math.ceil(returns.length / block));
  for (const [at, value] of returns.entries()) {
    const place = Math.floor(at / block);
    totals[place] = (totals[place] ?? 0) + value;
  }
  return totals;
}

function requireWork(samples: number, values: Float64Array): void {
  requireFinite(values);
  const { length } = values;
  if (!Number.isInteger(samples) || samples < 1 || samples > MOST_SAMPLES)
    throw new RangeError(`${samples} samples: it takes from 1 to ${MOST_SAMPLES}`);
  if (samples * length > MOST_STEPS)
    throw new RangeError(`${samples} samples of ${length} are more than ${MOST_STEPS} steps`);
}
