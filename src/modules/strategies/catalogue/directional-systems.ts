import { allOf, anyOf, crossesOver, crossesUnder, isAbove, isBelow } from "../language/nodes.ts";
import { less } from "../language/numbers.ts";
import { buying, reversing } from "../language/rules.ts";
import { close, constant } from "../language/vocabulary/prices.ts";
import { aroon, directional, ichimoku } from "../language/vocabulary/trend.ts";
import { range, strategy } from "./declare.ts";

const family = "trend_system";

const adxDmi = strategy({
  id: "adx_dmi",
  title: "Directional lines and ADX",
  family,
  core: true,
  entry:
    "+DI crosses above -DI while ADX is above the threshold; short when -DI crosses above under the same condition",
  exit: "The lines cross the other way, whatever ADX is",
  parameters: {
    period: range("Length of the directional lines", 14, 7, 30),
    smoothing: range("Length of ADX", 14, 7, 30),
    threshold: range("ADX above which there is a trend", 25, 15, 40),
  },
  rules: ({ period, smoothing, threshold }) => {
    const { adx, minus, plus } = directional(period, smoothing);
    const [up, down] = [crossesOver(plus, minus), crossesUnder(plus, minus)];
    const isTrending = isAbove(adx, constant(threshold));
    return { long: allOf(up, isTrending), exitLong: down, short: allOf(down, isTrending), exitShort: up };
  },
});

const aroonCross = strategy({
  id: "aroon_cross",
  title: "Aroon cross",
  family,
  core: true,
  entry:
    "Aroon up crosses above Aroon down and is above the level; short when down crosses above and is above the level",
  exit: "The lines cross the other way",
  parameters: {
    period: range("Bars in which the extremes are looked for", 25, 10, 60),
    level: range("Level that the winning line must be above", 50, 30, 90, 5),
  },
  rules: ({ level, period }) => {
    const { down, up } = aroon(period);
    const [rising, falling] = [crossesOver(up, down), crossesUnder(up, down)];
    return {
      long: allOf(rising, isAbove(up, constant(level))),
      exitLong: falling,
      short: allOf(falling, isAbove(down, constant(level))),
      exitShort: rising,
    };
  },
});

const lengths = {
  tenkan: range("Length of tenkan", 9, 5, 20),
  kijun: range("Length of kijun, and bars that the cloud is moved forward", 26, 15, 60),
  senkou_b: range("Length of the cloud's slower edge", 52, 30, 120, 2),
};

const ichimokuTk = strategy({
  id: "ichimoku_tk",
  title: "Ichimoku: tenkan and kijun",
  family,
  core: true,
  entry: "Tenkan crosses above kijun while the close is above the cloud of this bar",
  exit: "Tenkan crosses below kijun, or the close is below the cloud",
  parameters: lengths,
  constraints: ({ kijun, senkou_b, tenkan }) => [less(tenkan, kijun), less(kijun, senkou_b)],
  rules: ({ kijun, senkou_b, tenkan }) => {
    const lines = ichimoku(tenkan, kijun, senkou_b);
    return buying(
      allOf(crossesOver(lines.tenkan, lines.kijun), isAbove(close, lines.spanA), isAbove(close, lines.spanB)),
      anyOf(
        crossesUnder(lines.tenkan, lines.kijun),
        allOf(isBelow(close, lines.spanA), isBelow(close, lines.spanB)),
      ),
    );
  },
});

const ichimokuKumo = strategy({
  id: "ichimoku_kumo",
  title: "Ichimoku: breakout of the cloud",
  family,
  entry: "The close breaks above the top of the cloud of this bar",
  exit: "The close breaks below its bottom",
  parameters: lengths,
  constraints: ({ kijun, senkou_b, tenkan }) => [less(tenkan, kijun), less(kijun, senkou_b)],
  rules: ({ kijun, senkou_b, tenkan }) => {
    const { spanA, spanB } = ichimoku(tenkan, kijun, senkou_b);
    // Through the edge that the close passes last; a cloud that was not known before is not broken.
    return reversing(
      anyOf(
        allOf(crossesOver(close, spanA), isAbove(close, spanB)),
        allOf(crossesOver(close, spanB), isAbove(close, spanA)),
      ),
      anyOf(
        allOf(crossesUnder(close, spanA), isBelow(close, spanB)),
        allOf(crossesUnder(close, spanB), isBelow(close, spanA)),
      ),
    );
  },
});

export const directionalSystems = [adxDmi, aroonCross, ichimokuTk, ichimokuKumo];
