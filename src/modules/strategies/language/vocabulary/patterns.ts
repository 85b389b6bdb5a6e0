import { motherBar as motherBarOf } from "../../indicators/patterns.ts";
import type { Operation, Series } from "../nodes.ts";

const MOTHER_BAR: Operation = {
  name: "mother_bar",
  compute: ({ bars }) => {
    const { high, low } = motherBarOf(bars);
    return [high, low];
  },
  pine: {
    define: `f_mother_bar() =>
    var float top = na
    var float bottom = na
    isInside = high < high[1] and low > low[1]
    hasLeft = close > top or close < bottom
    top := isInside ? high[1] : hasLeft ? na : top
    bottom := isInside ? low[1] : hasLeft ? na : bottom
    [top, bottom]`,
    call: () => "f_mother_bar()",
    outputs: ["high", "low"],
  },
};

const motherLine = (output: number): Series => ({
  kind: "operation",
  ...{ operation: MOTHER_BAR, inputs: [], numbers: [], output },
});

/** Range of the bar before the last inside bar, from the inside bar until a close has left it. */
export const motherBar = { high: motherLine(0), low: motherLine(1) } as const;
