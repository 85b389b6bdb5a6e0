import type { Bars } from "./bars.ts";
import { randomFrom } from "./random.ts";
import { ALWAYS, type Session, sessionOn, weekdayOf } from "./session.ts";
import { UTC } from "./time-zone.ts";
import { DAY, HOUR, isIntraday, lengthOf, type Timeframe } from "./timeframe.ts";

/** A market's mood: yearly drift and deviation of the logarithm, and how much of the usual volume is traded. */
interface Regime {
  drift: number;
  deviation: number;
  volume: number;
  /** Mean length in days of trading. */
  days: number;
}

const CALM: Regime = { drift: 0, deviation: 0.1, volume: 0.7, days: 60 };
const REGIMES: readonly Regime[] = [
  CALM,
  { drift: 0.25, deviation: 0.14, volume: 1, days: 120 },
  { drift: -0.3, deviation: 0.28, volume: 1.4, days: 50 },
  { drift: -1.5, deviation: 0.6, volume: 2.5, days: 8 },
];
const DAYS_PER_YEAR = 252;
/** Steps of the price within a bar. */
const STEPS = 8;
/** A session's first and last bars trade this many times what the middle does, beyond it. */
const SMILE = 2;

const WEEKDAYS = [1, 2, 3, 4, 5];
const SHARES: Session = { zone: UTC, open: 14.5 * HOUR, close: 21 * HOUR, days: WEEKDAYS };

/** The hours of shares in New York's winter for bars within the day, weekdays for longer ones. */
export const sampleSession = (timeframe: Timeframe): Session =>
  isIntraday(timeframe) ? SHARES : { ...ALWAYS, days: WEEKDAYS };

export interface SampleOptions {
  seed: number;
  bars: number;
  timeframe: Timeframe;
  session: Session;
  /** The date of the first session, as ms at its midnight in UTC; a weekday of the session or the next one. */
  from: number;
  price?: number;
  /** Decimals of prices. */
  decimals?: number;
  /** Mean volume of a day. */
  volume?: number;
}

/**
 * Bars for demonstrations and tests: a geometric Brownian motion whose drift and deviation change between regimes (rising,
 * calm, falling, crash), within sessions, with a volume that grows with movement and at a session's ends. Only sums,
 * products and square roots, so that a seed gives the same bytes everywhere. Timeframes up to a day.
 */
export function sampleBars(options: SampleOptions): Bars {
  const { seed, bars: count, timeframe, session, from, price = 100, decimals = 2, volume = 1e6 } = options;
  if (lengthOf(timeframe) > DAY || session.days.length === 0)
    throw new RangeError("samples have bars of a day at most, in sessions of some weekday");
  const random = randomFrom(seed);
  const column = () => new Float64Array(count);
  const { times, places } = timesOf(count, timeframe, session, from);
  const bars = { times, open: column(), high: column(), low: column(), close: column(), volume: column() };
  const length = session.close - session.open;
  const share = isIntraday(timeframe) ? Math.min(1, lengthOf(timeframe) / length) : 1;
  const walk = new PriceWalk(random, price, 10 ** decimals, share);
  for (let at = 0; at < count; at += 1) {
    const busy = walk.step(bars, at);
    const smile = 1 + SMILE * (2 * (places[at] ?? 0) - 1) ** 2;
    bars.volume[at] = Math.round(volume * share * busy * smile * (0.5 + random())) + 1;
  }
  return bars;
}

/** The bars' openings, and where each stands in its session: 0 at the beginning, 1 at the end. */
function timesOf(count: number, timeframe: Timeframe, session: Session, from: number) {
  const [times, places] = [new Float64Array(count), new Float64Array(count).fill(0.5)];
  let at = 0;
  for (let date = from; at < count; date += DAY) {
    if (!session.days.includes(weekdayOf(date))) continue;
    const { opens, closes } = sessionOn(session, date);
    const step = isIntraday(timeframe) ? lengthOf(timeframe) : closes - opens;
    for (let time = opens; time < closes && at < count; time += step) {
      times[at] = time;
      if (step < closes - opens) places[at] = (time - opens) / (closes - opens);
      at += 1;
    }
  }
  return { times, places };
}

class PriceWalk {
  readonly #random: () => number;
  readonly #scale: number;
  readonly #share: number;
  readonly #deviationOfStep: number;
  #price: number;
  #regime = CALM;

  constructor(random: () => number, price: number, scale: number, share: number) {
    this.#random = random;
    this.#price = price;
    this.#scale = scale;
    this.#share = share;
    this.#deviationOfStep = Math.sqrt(share / DAYS_PER_YEAR / STEPS);
  }

  /** Writes the prices of a bar; gives what is traded in it, 1 being usual. */
  step({ open, high, low, close }: Bars, at: number): number {
    if (this.#random() < this.#share / this.#regime.days)
      this.#regime = REGIMES[Math.floor(this.#random() * REGIMES.length)] ?? this.#regime;
    const regime = this.#regime;
    const before = this.#price;
    const drift = ((regime.drift - regime.deviation ** 2 / 2) * this.#share) / DAYS_PER_YEAR / STEPS;
    let [top, bottom] = [before, before];
    for (let part = 0; part < STEPS; part += 1) {
      this.#price *= exponential(drift + regime.deviation * this.#deviationOfStep * normal(this.#random));
      if (this.#price > top) top = this.#price;
      if (this.#price < bottom) bottom = this.#price;
    }
    open[at] = this.#rounded(before);
    high[at] = this.#rounded(top);
    low[at] = this.#rounded(bottom);
    close[at] = this.#rounded(this.#price);
    const usual = regime.deviation * this.#deviationOfStep * Math.sqrt(STEPS);
    return regime.volume * (1 + Math.abs(this.#price / before - 1) / usual);
  }

  /** To a tick, never below one. */
  #rounded(price: number): number {
    return Math.max(1, Math.round(price * this.#scale)) / this.#scale;
  }
}

/** Nearly normal, of mean 0 and deviation 1: the sum of twelve uniform numbers less six, so without a logarithm. */
function normal(random: () => number): number {
  let sum = -6;
  for (let part = 0; part < 12; part += 1) sum += random();
  return sum;
}

/** e^x for small x by its series, since runtimes differ in the last bit of `Math.exp`. */
function exponential(x: number): number {
  let [sum, term] = [1, 1];
  for (let power = 1; power < 12; power += 1) {
    term *= x / power;
    sum += term;
  }
  return sum;
}
