import { breakout } from "./breakout.ts";
import type { Strategy } from "./declare.ts";
import { meanReversion } from "./mean-reversion.ts";
import { momentum } from "./momentum.ts";
import { movingAverageTrend } from "./moving-average-trend.ts";
import { trendSystems } from "./trend-systems.ts";
import { volumeBased } from "./volume.ts";

/** Every strategy that there is, in the catalogue's order. */
export const STRATEGIES: readonly Strategy[] = [
  ...movingAverageTrend,
  ...trendSystems,
  ...momentum,
  ...meanReversion,
  ...breakout,
  ...volumeBased,
];

const BY_ID = new Map(STRATEGIES.map((strategy) => [strategy.id, strategy]));

export const strategyNamed = (id: string): Strategy | undefined => BY_ID.get(id);
