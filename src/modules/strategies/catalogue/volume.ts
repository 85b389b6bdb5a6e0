import { crossesOver, crossesUnder } from "../language/nodes.ts";
import { minus } from "../language/numbers.ts";
import { crossing, reversing } from "../language/rules.ts";
import { ema } from "../language/vocabulary/averages.ts";
import { close, constant } from "../language/vocabulary/prices.ts";
import { cmf, obv, vwap } from "../language/vocabulary/volume.ts";
import { range, strategy } from "./declare.ts";

const family = "volume";

export const obvEma = strategy({
  id: "obv_ema",
  title: "On-balance volume and its EMA",
  family,
  core: true,
  entry: "On-balance volume crosses above its EMA(period)",
  exit: "On-balance volume crosses below its EMA(period)",
  parameters: { period: range("Length of the average of the on-balance volume", 20, 5, 100) },
  rules: ({ period }) => crossing(obv, ema(obv, period)),
});

export const vwapCross = strategy({
  id: "vwap_cross",
  title: "VWAP cross",
  family,
  core: true,
  entry:
    "The close crosses above the volume-weighted average of typical prices: since midnight UTC on intraday bars, over the last `window` bars on others",
  exit: "The close crosses below that average",
  parameters: { window: range("Bars of the average, where bars are a day or longer", 20, 5, 200) },
  rules: ({ window }) => crossing(close, vwap(window)),
});

export const cmfZero = strategy({
  id: "cmf_zero",
  title: "Chaikin money flow",
  family,
  entry: "Chaikin money flow over `period` bars crosses above `threshold`",
  exit: "It crosses below -`threshold`",
  parameters: {
    period: range("Length of the money flow", 20, 10, 60),
    threshold: range("Distance from 0 at which it counts", 0.05, 0, 0.2, 0.01),
  },
  rules: ({ period, threshold }) => {
    const flow = cmf(period);
    return reversing(
      crossesOver(flow, constant(threshold)),
      crossesUnder(flow, constant(minus(0, threshold))),
    );
  },
});

export const volumeBased = [obvEma, vwapCross, cmfZero];
