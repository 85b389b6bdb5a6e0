import { dema as demaOf, kama as kamaOf, tema as temaOf } from "../../indicators/moving-averages.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";

const NONE = new Float64Array(0);

const DEMA: Operation = {
  name: "dema",
  compute: (_, [values = NONE], [length = 0]) => [demaOf(values, length)],
  pine: {
    define: `f_dema(source, length) =>
    first = ta.ema(source, length)
    second = ta.ema(first, length)
    2 * first - second`,
    call: ([source], [length]) => `f_dema(${source}, ${length})`,
  },
};
/** Double EMA. */
export const dema = (values: Series, length: Num): Series => seriesOf(DEMA, [values], [length]);

const TEMA: Operation = {
  name: "tema",
  compute: (_, [values = NONE], [length = 0]) => [temaOf(values, length)],
  pine: {
    define: `f_tema(source, length) =>
    first = ta.ema(source, length)
    second = ta.ema(first, length)
    third = ta.ema(second, length)
    3 * first - 3 * second + third`,
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
    slowest = 2.0 / (slow + 1)
    spread = 2.0 / (fast + 1) - slowest
    before = source[1]
    oldest = source[length]
    path = math.sum(math.abs(source - before), length)
    ratio = path > 0 ? math.min(1, math.abs(source - oldest) / path) : 0
    weight = ratio * spread + slowest
    var float average = na
    if not na(path)
        start = na(average) ? before : average
        average := start + (source - start) * weight * weight
    average`,
    call: ([source], [length, fast, slow]) => `f_kama(${source}, ${length}, ${fast}, ${slow})`,
  },
};
/** Kaufman's adaptive average. */
export const kama = (values: Series, length: Num, fast: Num, slow: Num): Series =>
  seriesOf(KAMA, [values], [length, fast, slow]);
