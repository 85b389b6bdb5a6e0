import { describe, expect, it } from "vitest";
import { FLAT, LONG, SHORT } from "../../../../src/modules/strategies/engine/signals.ts";
import { barsOf, flatBars, levelsAt, run } from "./small-bars.ts";

const atr = (length: number, value = 10) => new Float64Array(length).fill(value);

describe("side", () => {
  const bars = flatBars(10, 10, 10, 10, 10);
  const sides = (side: "long" | "short" | "both") => {
    const { open, trades } = run(bars, { 0: LONG, 2: SHORT }, { side });
    return [...trades, ...(open ? [open] : [])].map((trade) => trade.side);
  };

  it("keeps a strategy to the positions that it may hold", () => {
    expect([sides("both"), sides("long"), sides("short")]).toEqual([["long", "short"], ["long"], ["short"]]);
  });

  it("reverses at one open with the cash that the first position left", () => {
    const { open, trades } = run(flatBars(10, 10, 20, 20), { 0: LONG, 1: SHORT });
    expect(trades[0]).toMatchObject({ exitBar: 2, exitPrice: 20 });
    expect(open).toMatchObject({ side: "short", entryBar: 2, entryPrice: 20, quantity: 1000 });
  });
});

describe("overlays", () => {
  it("let a trailing stop follow finished bars and never loosen it", () => {
    const bars = barsOf([
      [100, 100, 100, 100],
      [100, 120, 95, 118],
      [118, 119, 112, 113],
      [113, 114, 109, 110],
    ]);
    const { trades } = run(bars, { 0: LONG }, { overlays: { trailAtr: 1 } }, { atr: atr(4) });
    expect(trades).toMatchObject([{ exitBar: 3, exitPrice: 110, exitReason: "trail" }]);
  });

  it("leave after max_bars at the open, unless a signal did before", () => {
    const bars = flatBars(10, 10, 10, 10, 10, 10);
    const [timed] = run(bars, { 0: LONG }, { overlays: { maxBars: 2 } }).trades;
    expect(timed).toMatchObject({ entryBar: 1, exitBar: 3, exitReason: "max_bars" });
    const [signalled] = run(bars, { 0: LONG, 2: FLAT }, { overlays: { maxBars: 2 } }).trades;
    expect(signalled).toMatchObject({ exitBar: 3, exitReason: "signal" });
  });

  it("pass over the signals of the bars after an exit, but no reversal", () => {
    const bars = flatBars(10, 10, 10, 10, 10, 10, 10);
    const at = { 0: LONG, 1: FLAT, 2: LONG, 3: LONG, 4: LONG };
    expect(run(bars, at, { overlays: { cooldown: 2 } }).open?.entryBar).toBe(5);
    expect(run(bars, at).open?.entryBar).toBe(3);
    expect(run(bars, { 0: LONG, 1: SHORT }, { overlays: { cooldown: 5 } }).open?.entryBar).toBe(2);
  });

  it("open no long below the trend and no short above it", () => {
    const bars = flatBars(10, 10, 10, 10);
    const above = new Float64Array(4).fill(11);
    expect(run(bars, { 0: LONG }, {}, { trend: above }).open).toBeNull();
    expect(run(bars, { 0: SHORT }, {}, { trend: above }).open?.side).toBe("short");
  });
});

describe("orders", () => {
  const bars = barsOf([
    [100, 100, 100, 100],
    [100, 112, 99, 111],
    [111, 113, 97, 98],
    [98, 99, 96, 97],
  ]);

  it("fill a stop entry at its level, or at the open beyond it", () => {
    const at = (level: number) => run(bars, {}, {}, { orders: { longEntryStop: levelsAt(4, { 1: level }) } });
    expect(at(105).open).toMatchObject({ entryBar: 1, entryPrice: 105 });
    expect(at(90).open).toMatchObject({ entryBar: 1, entryPrice: 100 });
    expect(at(113).open).toBeNull();
  });

  it("work on the bar of their level alone, and only without a position", () => {
    const orders = { longEntryStop: levelsAt(4, { 1: 105, 2: 112 }), longExitStop: levelsAt(4, { 2: 98.5 }) };
    const { open, trades } = run(bars, {}, {}, { orders });
    expect(trades).toMatchObject([{ entryPrice: 105, exitBar: 2, exitPrice: 98.5, exitReason: "stop" }]);
    expect(open).toBeNull();
  });

  it("hold an entry inside a bar to a stop that the bar closes beyond, and to no other of that bar", () => {
    const crash = barsOf([
      [100, 100, 100, 100],
      [100, 112, 80, 85],
      [85, 86, 84, 85],
    ]);
    const orders = { longEntryStop: levelsAt(3, { 1: 105 }) };
    const settings = { overlays: { stopAtr: 1 } };
    const { trades } = run(crash, {}, settings, { orders, atr: atr(3) });
    expect(trades).toMatchObject([{ entryBar: 1, exitBar: 1, exitPrice: 95 }]);
    const dip = run(
      bars,
      {},
      { overlays: { stopAtr: 0.5 } },
      { orders: { longEntryStop: levelsAt(4, { 1: 105 }) }, atr: atr(4) },
    );
    expect(dip.trades).toMatchObject([{ entryBar: 1, exitBar: 2, exitPrice: 100 }]);
  });

  it("fill first what lies nearest the open, of a long and a short in one bar", () => {
    const orders = { longEntryStop: levelsAt(4, { 1: 110 }), shortEntryStop: levelsAt(4, { 1: 99.5 }) };
    expect(run(bars, {}, {}, { orders }).open?.side).toBe("short");
  });
});

describe("excursions", () => {
  it("are the worst and the best price that was held through, as parts of the entry price", () => {
    const bars = barsOf([
      [100, 100, 100, 100],
      [100, 120, 90, 110],
      [110, 130, 105, 120],
      [115, 200, 50, 115],
    ]);
    const [long] = run(bars, { 0: LONG, 2: FLAT }).trades;
    expect([long?.mae, long?.mfe]).toEqual([90 / 100 - 1, 130 / 100 - 1]);
    const [short] = run(bars, { 0: SHORT, 2: FLAT }).trades;
    expect([short?.mae, short?.mfe]).toEqual([1 - 130 / 100, 1 - 90 / 100]);
  });
});
