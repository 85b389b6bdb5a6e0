import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { type EngineSettings, engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import { returnsOf } from "../../../../src/modules/strategies/statistics/ratios.ts";
import { dataFile } from "../../../support/data.ts";
import { googBars, strictCross } from "../engine/goog.ts";

interface Reference {
  AB_A_vs_H: {
    n: number;
    rho: number;
    welchT: number;
    welchP: number;
    dfWelch: number;
    pairedT: number;
    pairedP: number;
    neweyWestLag: number;
    neweyWestT: number;
    sharpeDiffAnnual: number;
    memmelZ: number;
    memmelP_two_sided: number;
    wilcoxonP: number;
  };
  grid50: {
    grid: [number, number][];
    pbo: {
      S: number;
      combinations: number;
      blockBars: number;
      droppedLeadingBars: number;
      pbo: number;
      meanLogit: number;
      medianLogit: number;
    }[];
  };
}

export interface GoogPairs {
  bars: Bars;
  settings: EngineSettings;
  pairs: [number, number][];
  reference: Reference;
  signalsOf(pair: readonly [number, number]): Int8Array;
  returnsOf(pair: readonly [number, number]): Float64Array;
}

/** The reference's crosses of simple averages over GOOG.csv and what it says of them, or undefined without the data folder. */
export async function googPairs(): Promise<GoogPairs | undefined> {
  const bars = await googBars();
  const bytes = await dataFile("statistics-reference.json");
  if (bars === undefined || bytes === undefined) return undefined;
  const reference: Reference = JSON.parse(new TextDecoder().decode(bytes));
  const settings = engineSettings({ costs: { commissionRate: 0.002 }, onSameSignal: "reopen" });
  const signalsOf = ([fast, slow]: readonly [number, number]) => strictCross(bars, fast, slow);
  return {
    bars,
    settings,
    pairs: reference.grid50.grid,
    reference,
    signalsOf,
    returnsOf: (pair) => returnsOf(backtest(bars, { signals: signalsOf(pair) }, settings).equity),
  };
}
