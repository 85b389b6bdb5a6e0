import type { PriceColumns } from "./oscillators.ts";
import { barsSinceHighest, barsSinceLowest, rollingSum } from "./rolling.ts";
import { requireLength, runsOf } from "./runs.ts";
import { atr, trueRange } from "./volatility.ts";

export interface Supertrend {
  readonly line: Float64Array;
  /** 1 while the trend is up, -1 while down: the sign of `ta.supertrend` turned round. */
  readonly direction: Float64Array;
}

/** Supertrend (Seban): `ta.supertrend` over (high + low) / 2 ± factor·atr. It begins downward on the first bar with an ATR. */
export function supertrend(
  prices: PriceColumns,
  length: number,
  factor: number,
  into: Supertrend = {
    line: new Float64Array(prices.close.length),
    direction: new Float64Array(prices.close.length),
  },
): Supertrend {
  const { high, low, close } = prices;
  const { line, direction } = into;
  const range = atr(prices, length, line);
  const runs = runsOf(range);
  direction.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    let upper = Number.POSITIVE_INFINITY;
    let lower = Number.NEGATIVE_INFINITY;
    let up = false;
    for (let i = from; i < (runs[r + 1] ?? 0); i += 1) {
      const middle = ((high[i] ?? 0) + (low[i] ?? 0)) / 2;
      const width = factor * (range[i] ?? 0);
      const now = close[i] ?? 0;
      const last = i === from ? now : (close[i - 1] ?? 0);
      if (middle - width > lower || last < lower) lower = middle - width;
      if (middle + width < upper || last > upper) upper = middle + width;
      up = i > from && (up ? now >= lower : now > upper);
      direction[i] = up ? 1 : -1;
      line[i] = up ? lower : upper;
    }
  }
  return into;
}

export interface SarParameters {
  readonly start: number;
  readonly increment: number;
  readonly max: number;
}

/**
 * Parabolic SAR (Wilder, 1978): `ta.sar`, from the second bar on. The first trend is that of the first two closes; TA-Lib takes
 * it from directional movement, so that the first trend may differ.
 */
export function parabolicSar(
  { high, low, close }: PriceColumns,
  { start, increment, max }: SarParameters,
  out: Float64Array = new Float64Array(close.length),
): Float64Array {
  const runs = runsOf(high, low, close);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const first = (runs[r] ?? 0) + 1;
    const to = runs[r + 1] ?? 0;
    if (first >= to) continue;
    let up = (close[first] ?? 0) > (close[first - 1] ?? 0);
    let extreme = (up ? high[first] : low[first]) ?? 0;
    let stop = (up ? low[first - 1] : high[first - 1]) ?? 0;
    let speed = start;
    for (let i = first; i < to; i += 1) {
      const top = high[i] ?? 0;
      const bottom = low[i] ?? 0;
      let begins = i === first;
      stop += speed * (extreme - stop);
      if (up ? stop > bottom : stop < top) {
        stop = up ? Math.max(top, extreme) : Math.min(bottom, extreme);
        extreme = up ? bottom : top;
        up = !up;
        speed = start;
        begins = true;
      }
      if (!begins && (up ? top > extreme : bottom < extreme)) {
        extreme = up ? top : bottom;
        speed = Math.min(speed + increment, max);
      }
      // Never inside the range of the two bars before.
      const before = i > first ? i - 2 : i - 1;
      if (up) stop = Math.min(stop, low[i - 1] ?? 0, low[before] ?? 0);
      else stop = Math.max(stop, high[i - 1] ?? 0, high[before] ?? 0);
      out[i] = stop;
    }
  }
  return out;
}

export interface DirectionalLines {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
  readonly adx: Float64Array;
}

/**
 * Directional movement (Wilder, 1978): +DI and -DI over `length`, ADX as Wilder's average of |+DI - -DI| / (+DI + -DI) over
 * `smoothing`, all times 100: `ta.dmi`. Averages are seeded by simple ones over changes 1 to `length`; TA-Lib seeds with one
 * change less: on GOOG +DI is 1.8 % off at first and ADX 3.9 %, less than 1e-9 after bars 232 and 297. Without range the last
 * values stay.
 */
export function directionalMovement(
  { high, low, close }: PriceColumns,
  length: number,
  smoothing: number,
  into: DirectionalLines = {
    plus: new Float64Array(close.length),
    minus: new Float64Array(close.length),
    adx: new Float64Array(close.length),
  },
): DirectionalLines {
  requireLength(length);
  requireLength(smoothing);
  const { plus, minus, adx } = into;
  plus.fill(Number.NaN);
  minus.fill(Number.NaN);
  adx.fill(Number.NaN);
  const runs = runsOf(high, low, close);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    let range = 0;
    let rise = 0;
    let fall = 0;
    let plusDi = 0;
    let minusDi = 0;
    let index = 0;
    for (let i = from + 1; i < (runs[r + 1] ?? 0); i += 1) {
      const last = close[i - 1] ?? 0;
      const up = (high[i] ?? 0) - (high[i - 1] ?? 0);
      const down = (low[i - 1] ?? 0) - (low[i] ?? 0);
      // While seeding, these are running means, whose last is the simple average.
      const weight = 1 / Math.min(i - from, length);
      range += (Math.max(high[i] ?? 0, last) - Math.min(low[i] ?? 0, last) - range) * weight;
      rise += ((up > down && up > 0 ? up : 0) - rise) * weight;
      fall += ((down > up && down > 0 ? down : 0) - fall) * weight;
      const known = i - from - length;
      if (known < 0) continue;
      if (range > 0) {
        plusDi = (100 * rise) / range;
        minusDi = (100 * fall) / range;
      }
      plus[i] = plusDi;
      minus[i] = minusDi;
      const sum = plusDi + minusDi;
      const spread = sum === 0 ? 0 : (100 * Math.abs(plusDi - minusDi)) / sum;
      index += (spread - index) / Math.min(known + 1, smoothing);
      if (known >= smoothing - 1) adx[i] = index;
    }
  }
  return into;
}

export interface AroonLines {
  readonly up: Float64Array;
  readonly down: Float64Array;
}

/** Aroon (Chande, 1995): 100·(length - bars since the extreme of `length + 1` bars) / length; of equal extremes the latest. */
export function aroon(
  { high, low }: Pick<PriceColumns, "high" | "low">,
  length: number,
  into: AroonLines = { up: new Float64Array(high.length), down: new Float64Array(high.length) },
): AroonLines {
  requireLength(length);
  const { up, down } = into;
  barsSinceHighest(high, length + 1, up);
  barsSinceLowest(low, length + 1, down);
  for (let i = 0; i < up.length; i += 1) {
    up[i] = (100 * (length - (up[i] ?? 0))) / length;
    down[i] = (100 * (length - (down[i] ?? 0))) / length;
  }
  return into;
}

export interface VortexLines {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
}

/** Vortex (Botes and Siepman, 2010): Σ|high - low[1]| and Σ|low - high[1]|, each over Σ true range, from bar `length` on. */
export function vortex(
  { high, low, close }: PriceColumns,
  length: number,
  into: VortexLines = { plus: new Float64Array(close.length), minus: new Float64Array(close.length) },
): VortexLines {
  const rise = new Float64Array(close.length).fill(Number.NaN);
  const fall = new Float64Array(close.length).fill(Number.NaN);
  const { plus, minus } = into;
  const range = rollingSum(trueRange({ high, low, close }), length);
  const runs = runsOf(high, low, close);
  for (let r = 0; r < runs.length; r += 2) {
    for (let i = (runs[r] ?? 0) + 1; i < (runs[r + 1] ?? 0); i += 1) {
      rise[i] = Math.abs((high[i] ?? 0) - (low[i - 1] ?? 0));
      fall[i] = Math.abs((low[i] ?? 0) - (high[i - 1] ?? 0));
    }
  }
  rollingSum(rise, length, plus);
  rollingSum(fall, length, minus);
  for (let i = 0; i < plus.length; i += 1) {
    const all = range[i] ?? 0;
    plus[i] = all > 0 ? (plus[i] ?? 0) / all : Number.NaN;
    minus[i] = all > 0 ? (minus[i] ?? 0) / all : Number.NaN;
  }
  return into;
}

export interface HeikinAshi {
  readonly open: Float64Array;
  readonly close: Float64Array;
}

/** Heikin-Ashi's open and close: close = (o + h + l + c) / 4, open = mean of the last open and close, first (o + c) / 2. */
export function heikinAshi(
  bars: PriceColumns & { readonly open: Float64Array },
  into: HeikinAshi = {
    open: new Float64Array(bars.close.length),
    close: new Float64Array(bars.close.length),
  },
): HeikinAshi {
  const { open, close } = into;
  const runs = runsOf(bars.open, bars.high, bars.low, bars.close);
  open.fill(Number.NaN);
  close.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    for (let i = from; i < (runs[r + 1] ?? 0); i += 1) {
      const opened = bars.open[i] ?? 0;
      const closed = bars.close[i] ?? 0;
      close[i] = (opened + (bars.high[i] ?? 0) + (bars.low[i] ?? 0) + closed) / 4;
      open[i] = i === from ? (opened + closed) / 2 : ((open[i - 1] ?? 0) + (close[i - 1] ?? 0)) / 2;
    }
  }
  return into;
}
