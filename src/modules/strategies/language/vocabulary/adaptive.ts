import { dema as demaOf, kama as kamaOf, tema as temaOf } from "../../indicators/moving-averages.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";

const NONE = new Float64Array(0);

const DEMA: Operation = {
  name: "dema",
  compute: (_, [values = NONE], [length = 0]) => [demaOf(values, length)],
  pine: {
    define: `f_dema(source, length) =>
    once = ta.ema(source, length)
    2 * once - ta.ema(once, length)`,
    call: ([source], [length]) => `f_dema(${source}, ${length})`,
  },
};
/** Double EMA: an EMA without part of its lag. */
export const dema = (values: Series, length: Num): Series => seriesOf(DEMA, [values], [length]);

const TEMA: Operation = {
  name: "tema",
  compute: (_, [values = NONE], [length = 0]) => [temaOf(values, length)],
  pine: {
    define: `f_tema(source, length) =>
    once = ta.ema(source, length)
    twice = ta.ema(once, length)
    3 * (once - twice) + ta.ema(twice, length)`,
    call: ([source], [length]) => `f_tema(${source}, ${length})`,
  },
};
/** Triple EMA. */
export const tema = (values: Series, length: Num): Series => seriesOf(TEMA, [values], [length]);

const KAMA: Operation = {
  name: "kama",
  compute: (_, [values = NONE], [length = 0, fast = 0, slow = 0]) => [kamaOf(values, { length, fast, slow })],
  pine: {
    define: `f_kama(source, length, fast, slow) =>
    path = math.sum(math.abs(source - source[1]), length)
    moved = math.abs(source - source[length])
    efficiency = path > 0 ? math.min(1.0, moved / path) : 0.0
    slowest = 2.0 / (slow + 1)
    weight = efficiency * (2.0 / (fast + 1) - slowest) + slowest
    var float average = na
    last = na(average) ? source[1] : average
    average := na(path) ? na : last + (source - last) * weight * weight
    average`,
    call: ([source], [length, fast, slow]) => `f_kama(${source}, ${length}, ${fast}, ${slow})`,
  },
};
/** Kaufman's adaptive average: as fast as EMA(fast) in a straight move, as slow as EMA(slow) where prices go nowhere. */
export const kama = (values: Series, length: Num, fast: Num, slow: Num): Series =>
  seriesOf(KAMA, [values], [length, fast, slow]);
