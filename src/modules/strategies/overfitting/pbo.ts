import { type Metric, metric } from "../statistics/curve-metrics.ts";
import { type Distribution, distributionOf } from "../statistics/distribution.ts";
import { indexOfGreatest, middleRank } from "../statistics/ranks.ts";
import { sharpeOfSums } from "../statistics/ratios.ts";
import { requireFinite } from "./finite.ts";

const MOST_BLOCKS = 16;
const MOST_TRIALS = 2_000;
/** Bars of a block, since less is no sample. */
const SHORTEST_BLOCK = 5;

/** Sums of returns, then sums of their squares, of each block: all that is kept of a trial. */
export type BlockSums = Float64Array;

export interface BlockPlan {
  blocks: number;
  blockBars: number;
  /** Bars at the beginning that are in no block, so that all blocks are of one length. */
  droppedBars: number;
}

/**
 * Parts `bars` returns into an even number of equal blocks. Throws a RangeError for an odd number of them, for more than 16 (of
 * which there are 12,870 halves), or for blocks shorter than five bars.
 */
export function planBlocks(bars: number, blocks: number): BlockPlan {
  if (!Number.isInteger(blocks) || blocks % 2 !== 0 || blocks < 2 || blocks > MOST_BLOCKS)
    throw new RangeError(`${blocks} blocks: it takes an even number from 2 to ${MOST_BLOCKS}`);
  const blockBars = Math.floor(bars / blocks);
  if (blockBars < SHORTEST_BLOCK)
    throw new RangeError(`${bars} returns are too few for ${blocks} blocks of ${SHORTEST_BLOCK} bars`);
  return { blocks, blockBars, droppedBars: bars - blocks * blockBars };
}

/** What is kept of one trial's returns. Throws a RangeError where they are not as many as the plan is for, or not finite. */
export function blockSums(returns: Float64Array, { blockBars, blocks, droppedBars }: BlockPlan): BlockSums {
  if (returns.length !== droppedBars + blocks * blockBars)
    throw new RangeError(`${returns.length} returns do not fit ${blocks} blocks of ${blockBars} bars`);
  requireFinite(returns);
  const kept = new Float64Array(2 * blocks);
  for (let block = 0; block < blocks; block += 1) {
    const from = droppedBars + block * blockBars;
    let sum = 0;
    let squares = 0;
    for (let at = from; at < from + blockBars; at += 1) {
      const value = returns[at] ?? 0;
      sum += value;
      squares += value * value;
    }
    kept[block] = sum;
    kept[blocks + block] = squares;
  }
  return kept;
}

export interface OverfittingProbability extends BlockPlan {
  trials: number;
  /** Ways in which one half of the blocks chose and the other half judged. */
  splits: number;
  /** Part of the splits in which the best trial of one half was no better than the median in the other. */
  pbo: Metric;
  /** ln(ω / (1 − ω)), ω the best trial's rank in the other half over trials + 1; null where there is none. */
  logits: Distribution | null;
  /** Part of the splits in which the best trial's Sharpe ratio in the other half was below 0. */
  lossProbability: Metric;
  /** Of the line out = intercept + slope · in through the best trials' Sharpe ratios per bar in both halves. */
  degradation: { slope: Metric; intercept: Metric; rSquared: Metric };
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado and Zhu,
 * "The Probability of Backtest Overfitting", 2014), by Sharpe ratios. A trial that does not vary has the ratio 0; of equally good
 * trials the one of the lower index is the best; equal ones share the middle of their ranks; a best trial at the median counts as
 * overfitted. Throws a RangeError for more than 2,000 trials, or sums of another plan.
 */
export function overfittingProbability(
  trials: readonly BlockSums[],
  plan: BlockPlan,
): OverfittingProbability {
  const { blocks } = plan;
  if (trials.length > MOST_TRIALS)
    throw new RangeError(`${trials.length} trials are more than ${MOST_TRIALS}`);
  if (trials.some((sums) => sums.length !== 2 * blocks))
    throw new RangeError(`the sums are not of ${blocks} blocks`);
  const reason = missingReason(trials);
  if (reason !== null) {
    const missing = { missing: reason };
    const degradation = { slope: missing, intercept: missing, rSquared: missing };
    const none = { splits: 0, pbo: missing, logits: null, lossProbability: missing, degradation };
    return { ...plan, trials: trials.length, ...none };
  }
  const { inside, logits, outside } = new SplitTable(trials, plan).judge();
  const splits = logits.length;
  const partOf = (values: Float64Array, holds: (value: number) => boolean) =>
    values.reduce((count, value) => count + (holds(value) ? 1 : 0), 0) / splits;
  return {
    ...plan,
    trials: trials.length,
    splits,
    pbo: partOf(logits, (logit) => logit <= 0),
    logits: distributionOf(logits),
    lossProbability: partOf(outside, (sharpe) => sharpe < 0),
    degradation: lineThrough(inside, outside),
  };
}

function missingReason(trials: readonly BlockSums[]): string | null {
  const [first] = trials;
  if (first === undefined || trials.length < 2) return "fewer than two trials";
  const isSame = trials.every((sums) => sums.every((value, at) => value === first[at]));
  return isSame ? "all trials have the same returns" : null;
}

/** Sums by block and then by trial, and the buffers of one split. */
class SplitTable {
  readonly #plan: BlockPlan;
  readonly #count: number;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #halfSums: Float64Array;
  readonly #halfSquares: Float64Array;

  constructor(trials: readonly BlockSums[], plan: BlockPlan) {
    const { blocks } = plan;
    this.#plan = plan;
    this.#count = trials.length;
    this.#sums = new Float64Array(blocks * trials.length);
    this.#squares = new Float64Array(blocks * trials.length);
    this.#halfSums = new Float64Array(trials.length);
    this.#halfSquares = new Float64Array(trials.length);
    for (const [trial, kept] of trials.entries())
      for (let block = 0; block < blocks; block += 1) {
        this.#sums[block * trials.length + trial] = kept[block] ?? 0;
        this.#squares[block * trials.length + trial] = kept[blocks + block] ?? 0;
      }
  }

  /** Of every split: the best trial's logit, and its Sharpe ratio per bar in the half that chose and in the other. */
  judge(): { logits: Float64Array; inside: Float64Array; outside: Float64Array } {
    const halves = halvesWithFirst(this.#plan.blocks);
    const column = () => new Float64Array(2 * halves.length);
    const judged = { logits: column(), inside: column(), outside: column() };
    const [one, other] = [new Float64Array(this.#count), new Float64Array(this.#count)];
    let split = 0;
    const note = (inside: Float64Array, outside: Float64Array) => {
      const best = indexOfGreatest(inside);
      const rank = middleRank(outside, best);
      judged.logits[split] = Math.log(rank / (this.#count + 1 - rank));
      judged.inside[split] = inside[best] ?? 0;
      judged.outside[split] = outside[best] ?? 0;
      split += 1;
    };
    for (const half of halves) {
      this.#sharpes(half, 1, one);
      this.#sharpes(half, 0, other);
      note(one, other);
      note(other, one);
    }
    return judged;
  }

  /** Every trial's Sharpe ratio per bar over the blocks whose bit in `half` is this one. */
  #sharpes(half: number, bit: 0 | 1, into: Float64Array): void {
    const { blockBars, blocks } = this.#plan;
    const count = this.#count;
    const sums = this.#halfSums.fill(0);
    const squares = this.#halfSquares.fill(0);
    for (let block = 0; block < blocks; block += 1) {
      if (((half >> block) & 1) !== bit) continue;
      const from = block * count;
      for (let trial = 0; trial < count; trial += 1) {
        sums[trial] = (sums[trial] ?? 0) + (this.#sums[from + trial] ?? 0);
        squares[trial] = (squares[trial] ?? 0) + (this.#squares[from + trial] ?? 0);
      }
    }
    const bars = (blockBars * blocks) / 2;
    for (let trial = 0; trial < count; trial += 1)
      into[trial] = sharpeOfSums(bars, sums[trial] ?? 0, squares[trial] ?? 0, 1) ?? 0;
  }
}

/** Halves of the blocks as bits, those with the first block alone: the others are what these leave over. */
function halvesWithFirst(blocks: number): number[] {
  const halves: number[] = [];
  for (let bits = 1; bits < 1 << blocks; bits += 2) {
    let chosen = 0;
    for (let rest = bits; rest > 0; rest >>= 1) chosen += rest & 1;
    if (chosen === blocks / 2) halves.push(bits);
  }
  return halves;
}

/** The line of least squares. */
function lineThrough(x: Float64Array, y: Float64Array): OverfittingProbability["degradation"] {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(x), mean(y)];
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let at = 0; at < x.length; at += 1) {
    const [offX, offY] = [(x[at] ?? 0) - middleX, (y[at] ?? 0) - middleY];
    xx += offX * offX;
    xy += offX * offY;
    yy += offY * offY;
  }
  const slope = xx > 0 ? xy / xx : null;
  const reason = "the best trials are equally good in every split";
  return {
    slope: metric(slope, reason),
    intercept: metric(slope === null ? null : middleY - slope * middleX, reason),
    rSquared: metric(yy > 0 && xx > 0 ? (xy * xy) / (xx * yy) : null, reason),
  };
}
