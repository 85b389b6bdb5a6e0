import { dualThrust } from "../../indicators/sessions.ts";
import type { Market, Operation, Series } from "../nodes.ts";
import type { Num } from "../numbers.ts";

/** Most sessions that Pine's text remembers. */
const MOST_SESSIONS = 10;

/** A day's bars on intraday bars, otherwise each bar. */
const sessionsOf = (market: Market): Float64Array =>
  market.isIntraday ? market.sessions() : Float64Array.from(market.bars.times.keys());

const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const DUAL_THRUST: Operation = {
  name: "dual_thrust",
  compute: (market, _, [length = 0]) => {
    const { open, range } = dualThrust(market.bars, sessionsOf(market), length);
    return [open, range];
  },
  pine: {
    define: `f_highest_before(isNew, value, length) =>
${numbersTo(MOST_SESSIONS)
  .map((at) => `    ago${at} = ta.valuewhen(isNew, value, ${at})`)
  .join("\n")}
    most = ago0
${numbersTo(MOST_SESSIONS - 1)
  .map((at) => `    most := length > ${at + 1} ? math.max(most, ago${at + 1}) : most`)
  .join("\n")}
    most

f_dual_thrust(length) =>
    utcDay = math.floor(time / 86400000)
    dayBefore = utcDay[1]
    isNew = na(dayBefore) or utcDay != dayBefore or not timeframe.isintraday
    var int begun = 0
    var float start = na
    var float top = na
    var float bottom = na
    var float last = na
    highestHigh = f_highest_before(isNew, top, length)
    lowestLow = -f_highest_before(isNew, -bottom, length)
    highestClose = f_highest_before(isNew, last, length)
    lowestClose = -f_highest_before(isNew, -last, length)
    begun := isNew ? begun + 1 : begun
    start := isNew ? open : start
    top := isNew ? high : math.max(top, high)
    bottom := isNew ? low : math.min(bottom, low)
    last := close
    [start, begun > length ? math.max(highestHigh - lowestClose, highestClose - lowestLow) : na]`,
    call: (_, [length]) => `f_dual_thrust(${length})`,
    outputs: ["open", "range"],
  },
};

export interface SessionThrust {
  readonly open: Series;
  readonly range: Series;
}

/**
 * Where the bar's session began, and the range of the last `length` whole ones, at most ten: the larger of highest high - lowest
 * close and highest close - lowest low. A session is a UTC day on intraday bars, otherwise a bar.
 */
export function sessionThrust(length: Num): SessionThrust {
  const output = (at: number): Series => ({
    kind: "operation",
    ...{ operation: DUAL_THRUST, inputs: [], numbers: [length], output: at },
  });
  return { open: output(0), range: output(1) };
}
