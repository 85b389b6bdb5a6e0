import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS } from "../../../../src/modules/strategies/bars/session.ts";

const market = (seed: number, unit: "d" | "h"): Bars =>
  sampleBars({
    ...{ seed, bars: 1_200, timeframe: { count: 1, unit } },
    ...{ session: ALWAYS, from: Date.UTC(2019, 0, 2) },
  });

export const dailyBars = (seed = 7): Bars => market(seed, "d");
export const hourlyBars = (seed = 8): Bars => market(seed, "h");
