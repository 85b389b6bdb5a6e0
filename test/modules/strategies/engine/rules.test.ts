import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import { crossSignals, FLAT, LONG, SHORT } from "../../../../src/modules/strategies/engine/signals.ts";
import { roundDownToLot } from "../../../../src/modules/strategies/engine/sizing.ts";
import { exactSma } from "./goog.ts";
import { barsOf, flatBars, levelsAt, run } from "./small-bars.ts";

const atr = (length: number, value = 10) => new Float64Array(length).fill(value);

describe("look-ahead", () => {
  it("is impossible: bars that are cut at any t give the same equity and the same exits up to t", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 5, maxLength: 60 }),
        fc.array(fc.constantFrom(LONG, SHORT, FLAT, 2), { minLength: 60, maxLength: 60 }),
        fc.nat(),
        (prices, targets, cut) => {
          const length = 2 + (cut % (prices.length - 1));
          const settings = engineSettings({ overlays: { stopAtr: 1, trailAtr: 1.5, takeAtr: 2 } });
          const of = (count: number) =>
            backtest(
              flatBars(...prices.slice(0, count)),
              { signals: Int8Array.from(targets.slice(0, count)), atr: atr(count, 3) },
              settings,
            );
          const [part, whole] = [of(length), of(prices.length)];
          expect(part.equity).toEqual(whole.equity.slice(0, length));
          expect(part.trades).toEqual(whole.trades.filter(({ exitBar }) => exitBar < length));
        },
      ),
    );
  });
});

describe("same-bar fill", () => {
  const bars = barsOf([
    [10, 12, 9, 11],
    [20, 22, 19, 21],
    [30, 32, 29, 31],
    [40, 42, 39, 41],
  ]);

  it("does not happen: a signal is filled at the next open", () => {
    const [trade] = run(bars, { 0: LONG, 1: FLAT }).trades;
    expect(trade).toMatchObject({ entryBar: 1, entryPrice: 20, exitBar: 2, exitPrice: 30 });
  });

  it("happens at the signal's own close when it is asked for", () => {
    const [trade] = run(bars, { 1: LONG, 2: FLAT }, { fillAt: "close" }).trades;
    expect(trade).toMatchObject({ entryBar: 1, entryPrice: 21, exitBar: 2, exitPrice: 31 });
  });
});

describe.each(["next_open", "close"] as const)("last-bar signal, filled at %s", (fillAt) => {
  it("never fills", () => {
    const { equity, open, trades } = run(flatBars(10, 10, 10), { 2: LONG }, { fillAt });
    expect({ trades, open }).toEqual({ trades: [], open: null });
    expect([...equity]).toEqual([10_000, 10_000, 10_000]);
  });
});

describe("open position at the end", () => {
  const bars = barsOf([
    [10, 10, 10, 10],
    [10, 10, 10, 10],
    [12, 15, 12, 15],
  ]);

  it("is marked to the last close and is no trade", () => {
    const { equity, open, trades } = run(bars, { 0: LONG });
    expect(trades).toEqual([]);
    expect(open).toMatchObject({ side: "long", quantity: 1000, entryPrice: 10, markPrice: 15, pnl: 5000 });
    expect(equity[2]).toBe(15_000);
  });

  it.each([
    ["close", 15],
    ["open", 12],
  ] as const)("is closed at the last %s when asked", (closeAtEnd, price) => {
    const { equity, open, trades } = run(bars, { 0: LONG }, { closeAtEnd });
    expect(open).toBeNull();
    expect(trades).toMatchObject([{ exitBar: 2, exitPrice: price, exitReason: "end" }]);
    expect(equity[2]).toBe(1000 * price);
  });
});

describe("gap through a stop", () => {
  it("fills at the open, below the stop of a long and above that of a short", () => {
    const down = barsOf([
      [100, 100, 100, 100],
      [100, 101, 99, 100],
      [80, 85, 78, 84],
    ]);
    const up = barsOf([
      [100, 100, 100, 100],
      [100, 101, 99, 100],
      [120, 125, 118, 121],
    ]);
    const settings = { overlays: { stopAtr: 1 } };
    const exits = [
      run(down, { 0: LONG }, settings, { atr: atr(3) }).trades[0],
      run(up, { 0: SHORT }, settings, { atr: atr(3) }).trades[0],
    ];
    expect(exits).toMatchObject([
      { exitPrice: 80, exitReason: "stop" },
      { exitPrice: 120, exitReason: "stop" },
    ]);
  });

  it("fills a target at the open as well, which is better than the target", () => {
    const bars = barsOf([
      [100, 100, 100, 100],
      [100, 101, 99, 100],
      [130, 131, 85, 90],
    ]);
    const { trades } = run(bars, { 0: LONG }, { overlays: { stopAtr: 1, takeAtr: 2 } }, { atr: atr(3) });
    expect(trades).toMatchObject([{ exitPrice: 130, exitReason: "target" }]);
  });
});

describe("stop and target in one bar", () => {
  it("takes the stop", () => {
    const bars = barsOf([
      [100, 100, 100, 100],
      [100, 125, 85, 110],
    ]);
    const { trades } = run(bars, { 0: LONG }, { overlays: { stopAtr: 1, takeAtr: 2 } }, { atr: atr(2) });
    expect(trades).toMatchObject([{ exitBar: 1, exitPrice: 90, exitReason: "stop" }]);
  });
});

describe("commission on both sides", () => {
  it("is percent plus fixed, and reserved when sizing", () => {
    const settings = { cash: 1000, costs: { commissionRate: 0.01, commissionFixed: 2 } };
    const { commissionPaid, equity, trades } = run(flatBars(10, 10, 10), { 0: LONG, 1: FLAT }, settings);
    expect(trades[0]?.quantity).toBe(Math.floor(998 / 10.1));
    expect(trades[0]?.commission).toBeCloseTo(2 * (98 * 10 * 0.01 + 2), 12);
    expect(equity[2]).toBeCloseTo(1000 - 2 * (9.8 + 2), 12);
    expect(commissionPaid).toBeCloseTo(23.6, 12);
  });
});

describe("slippage on limits", () => {
  const costs = { slippageTicks: 3, tickSize: 0.01, slippageBps: 10, spreadBps: 20 };
  const bars = barsOf([
    [100, 100, 100, 100],
    [100, 101, 99, 100],
    [100, 125, 99, 120],
    [120, 120, 120, 120],
  ]);

  it("is none, while market and stop fills are worse", () => {
    const taken = run(bars, { 0: LONG }, { costs, overlays: { takeAtr: 2 } }, { atr: atr(4) }).trades[0];
    const entry = 100 * 1.002 + 0.03;
    expect(taken?.entryPrice).toBeCloseTo(entry, 10);
    expect(taken?.exitPrice).toBeCloseTo(entry + 20, 10);
    const stopped = run(bars, { 0: SHORT }, { costs, overlays: { stopAtr: 2 } }, { atr: atr(4) }).trades[0];
    const level = 100 * 0.998 - 0.03 + 20;
    expect(stopped?.exitPrice).toBeCloseTo(level * 1.002 + 0.03, 10);
  });

  it("is none for an entry by a limit order", () => {
    const orders = { longEntryLimit: levelsAt(4, { 1: 99.5 }) };
    expect(run(bars, {}, { costs }, { orders }).open).toMatchObject({ entryBar: 1, entryPrice: 99.5 });
  });
});

describe("0.1 + 0.2 shares", () => {
  it("are three lots of 0.1, and no cash is short of them by a rounding", () => {
    expect(roundDownToLot(0.1 + 0.2, 0.1)).toBe(0.3);
    expect(roundDownToLot(0.3, 0.1)).toBe(0.3);
    expect(roundDownToLot(0.29, 0.1)).toBe(0.2);
    expect(roundDownToLot(2.9999, 1)).toBe(2);
    expect(roundDownToLot(12.7, 5)).toBe(10);
    expect(roundDownToLot(0.1 + 0.2, 0)).toBe(0.1 + 0.2);
    expect(run(flatBars(1, 1, 1), { 0: LONG }, { cash: 0.3, lotSize: 0.1 }).open?.quantity).toBe(0.3);
  });
});

describe("zero shares", () => {
  it("are no trade: the signal is passed over and nothing is paid", () => {
    const costs = { commissionFixed: 1 };
    const { commissionPaid, open, trades } = run(
      flatBars(500, 500, 500, 90),
      { 0: LONG },
      { cash: 400, costs },
    );
    expect({ commissionPaid, open, trades }).toEqual({ commissionPaid: 0, open: null, trades: [] });
  });

  it("are what a fixed quantity or notional beyond the cash comes to", () => {
    const bars = flatBars(10, 10, 10);
    const of = (sizing: Parameters<typeof engineSettings>[0]) =>
      run(bars, { 0: LONG }, sizing).open?.quantity;
    expect(of({ cash: 100, sizing: { kind: "fixed_quantity", quantity: 10 } })).toBe(10);
    expect(of({ cash: 100, sizing: { kind: "fixed_quantity", quantity: 11 } })).toBeUndefined();
    expect(of({ cash: 100, sizing: { kind: "fixed_notional", notional: 55 } })).toBe(5);
    expect(of({ cash: 100, sizing: { kind: "fixed_notional", notional: 110 } })).toBeUndefined();
    expect(of({ cash: 100, sizing: { kind: "percent_of_equity", fraction: 0.35 } })).toBe(3);
  });

  it("risk a part of the equity by ATR, and never cost more than it", () => {
    const of = (value: number) =>
      run(
        flatBars(10, 10, 10),
        { 0: LONG },
        { cash: 1000, sizing: { kind: "atr_risk", fraction: 0.02, atrMultiple: 2 } },
        { atr: atr(3, value) },
      ).open?.quantity;
    expect([of(1), of(0.01), of(Number.NaN)]).toEqual([10, 100, undefined]);
  });
});

describe("warm-up", () => {
  it("has no trade before every input is defined", () => {
    const bars = flatBars(10, 10, 10, 10, 10);
    const late = Float64Array.of(Number.NaN, Number.NaN, 5, 5, 5);
    const always = { 0: LONG, 1: LONG, 2: LONG, 3: LONG };
    expect(run(bars, always, {}, { trend: late }).open?.entryBar).toBe(3);
    expect(run(bars, always, { overlays: { stopAtr: 1 } }, { atr: late }).open?.entryBar).toBe(3);
  });

  it("of a line gives no crossing with its first value", () => {
    const fast = Float64Array.of(Number.NaN, 3, 1, 3);
    const slow = Float64Array.of(2, 2, 2, 2);
    expect([...crossSignals(fast, slow, "tradingview", new Int8Array(4))]).toEqual([2, 2, SHORT, LONG]);
  });
});

describe("touch and cross", () => {
  it("differ: after a touch a rise is a crossing for TradingView and none by the strict rule", () => {
    const fast = Float64Array.of(1, 2, 3, 2, 1);
    const slow = Float64Array.of(2, 2, 2, 2, 2);
    expect([...crossSignals(fast, slow, "tradingview", new Int8Array(5))]).toEqual([2, 2, LONG, 2, SHORT]);
    expect([...crossSignals(fast, slow, "strict", new Int8Array(5))]).toEqual([2, 2, 2, 2, 2]);
  });

  it.each([
    ["touch", 1],
    ["cross", 0],
  ] as const)("decide, by limitFill %s, whether a limit that is just reached fills", (limitFill, trades) => {
    const bars = barsOf([
      [100, 100, 100, 100],
      [100, 110, 100, 105],
    ]);
    const settings = { limitFill, overlays: { takeAtr: 1 } };
    expect(run(bars, { 0: LONG }, settings, { atr: atr(2) }).trades).toHaveLength(trades);
  });
});

describe("ties", () => {
  it("are equal where sums of ticks are, and so no crossing by noise", () => {
    const prices = Float64Array.of(0.1, 0.2, 0.3, 0.2, 0.2, 0.1, 0.3);
    const [fast, slow] = [exactSma(prices, 1), exactSma(prices, 3)];
    expect([fast[3], fast[4]]).not.toContain(Number.NaN);
    const ofLine = exactSma(Float64Array.of(0.1, 0.2, 0.3, 0.2), 3);
    expect(ofLine[2]).toBe(0.2);
    expect([...crossSignals(fast, slow, "strict", new Int8Array(7))].slice(0, 3)).toEqual([2, 2, 2]);
  });
});
