import type { Bars } from "../../src/modules/strategies/bars/bars.ts";
import { testEnv } from "./env.ts";

/** What somebody else's runtime makes of a script. */
export interface OutsideRun {
  /** By title, a value per bar, to ten decimals; null is na. */
  plots: Record<string, (number | null)[]>;
  trades: {
    entryBar: number;
    entryPrice: number;
    exitBar: number;
    exitPrice: number;
    /** Below 0 for a short. */
    size: number;
    pnl: number;
  }[];
}

/** Runs a Pine script over daily bars in PineTS, a Pine runtime that owes nothing to this project. */
export async function runOutside(source: string, bars: Bars): Promise<OutsideRun> {
  const columns = Object.fromEntries(Object.entries(bars).map(([name, column]) => [name, [...column]]));
  const response = await testEnv.TEST_OUTSIDE_PINE.fetch("http://pine/", {
    method: "POST",
    body: JSON.stringify({ source, bars: columns }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
