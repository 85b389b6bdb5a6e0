import { describe, expect, it } from "vitest";
import { STRATEGIES } from "../../../../src/modules/strategies/catalogue/catalogue.ts";
import { checkedValues, type Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { PreparedStrategy, rangesOf } from "../../../../src/modules/strategies/catalogue/prepare.ts";
import { engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import { NO_CHANGE } from "../../../../src/modules/strategies/engine/signals.ts";
import { certify, proofSamples } from "../../../../src/modules/strategies/pine/certificate.ts";
import type { PineExport } from "../../../../src/modules/strategies/pine/emitter/emit.ts";
import { runPine } from "../../../../src/modules/strategies/pine/run.ts";
import { runOutside } from "../../../support/outside-pine.ts";

const SERIES = [...proofSamples(false), ...proofSamples(true).slice(0, 1)];

function asked(strategy: Strategy, more: Partial<PineExport>, overlays = {}): PineExport {
  const values = checkedValues(rangesOf(strategy), strategy.constraints, overlays).values;
  return {
    ...{ strategy, values, crossing: "tradingview", version: 6, kind: "strategy", comments: [] },
    settings: engineSettings({ side: strategy.sides, costs: { commissionRate: 0.001 } }),
    ...more,
  };
}

describe.each(STRATEGIES.map((strategy) => [strategy.id, strategy] as const))(
  "the export of %s",
  (_, strategy) => {
    it("trades in Pine v6 and v5 as its backtest does, on three series", () => {
      for (const version of [6, 5] as const) {
        const { proofs } = certify(asked(strategy, { version }), SERIES);
        expect(proofs.reduce((sum, { trades }) => sum + trades, 0)).toBeGreaterThan(0);
      }
    });

    it("does so with stops, targets, a trail, a longest holding and a pause", () => {
      const overlays = [{ stop_atr: 2, take_atr: 4 }, { trail_atr: 3, max_bars: 20 }, { cooldown: 5 }];
      for (const overlay of overlays) certify(asked(strategy, {}, overlay), SERIES.slice(0, 1));
    });

    it("marks as an indicator the bars that its signals stand on", () => {
      expect(certify(asked(strategy, { kind: "indicator" }), SERIES).source).toContain("indicator(");
    });

    it("signals the same in a Pine runtime of others, but where a tie is decided by rounding", async () => {
      const [{ bars, isIntraday } = { bars: undefined, isIntraday: false }] = SERIES;
      if (bars === undefined) throw new Error("there is no series");
      const of = asked(strategy, { kind: "indicator" });
      const { source } = certify(of, SERIES);
      const { signals } = new PreparedStrategy(strategy, bars, {
        crossing: "tradingview",
        isIntraday,
      }).inputs(of.values);
      const ties = new Set(runPine(source, bars).ties);
      const { plots } = await runOutside(source, bars);
      // What a tie has decided lasts until both do the same again.
      let isTied = false;
      const differing = (plots.Signal ?? []).flatMap((signal, bar) => {
        isTied ||= ties.has(bar);
        if (signal !== signals[bar]) return isTied ? [] : [bar];
        if (signal !== NO_CHANGE && !ties.has(bar)) isTied = false;
        return [];
      });
      expect(plots.Signal?.length).toBe(signals.length);
      expect(differing).toEqual([]);
    });
  },
);
