import { describe, expect, it } from "vitest";
import { type PineOptions, runPine } from "../../../../src/modules/strategies/pine/run.ts";
import { barsOf, flatBars } from "../engine/small-bars.ts";
import { faultOf, strategy, traded } from "./scripts.ts";

const buyAt = (bar: number, more = "") =>
  `if bar_index == ${bar}\n    strategy.entry("L", strategy.long${more})\n`;
const sellAt = (bar: number, more = "") =>
  `if bar_index == ${bar}\n    strategy.entry("S", strategy.short${more})\n`;
const closeAt = (bar: number, more = "") => `if bar_index == ${bar}\n    strategy.close("L"${more})\n`;

const bars = barsOf([
  [10, 12, 9, 11],
  [20, 22, 19, 21],
  [30, 32, 29, 31],
  [40, 42, 39, 41],
]);

describe("market orders", () => {
  it("made at a close fill at the next open", () => {
    const { trades } = traded(buyAt(0) + closeAt(1), bars);
    expect(trades).toMatchObject([
      { side: "long", entryBar: 1, entryPrice: 20, exitBar: 2, exitPrice: 30, pnl: 10, entryId: "L" },
    ]);
  });

  it("fill at their own close where the declaration or the order says so", () => {
    const told = "process_orders_on_close=true";
    expect(traded(buyAt(1) + closeAt(2), bars, told).trades).toMatchObject([
      { entryBar: 1, entryPrice: 21, exitBar: 2, exitPrice: 31 },
    ]);
    expect(traded(buyAt(0) + closeAt(2, ", immediately = true"), bars).trades).toMatchObject([
      { entryPrice: 20, exitBar: 2, exitPrice: 31 },
    ]);
  });

  it("of the last bar never fill", () => {
    const { open, trades } = traded(buyAt(3), bars);
    expect({ open, trades }).toEqual({ open: [], trades: [] });
  });

  it("leave a position open at the end, marked to the last close", () => {
    const { equity, open } = traded(buyAt(0), bars);
    expect(open).toMatchObject([{ side: "long", quantity: 1, entryPrice: 20, pnl: 21 }]);
    expect([...equity]).toEqual([1000, 1001, 1011, 1021]);
  });
});

describe("entries", () => {
  it("of the side that is held are passed over", () => {
    expect(traded(buyAt(0) + buyAt(1), bars).open).toMatchObject([{ quantity: 1, entryBar: 1 }]);
  });

  it("reverse an opposite position at one price", () => {
    const { open, trades } = traded(buyAt(0) + sellAt(1), bars);
    expect(trades).toMatchObject([{ side: "long", exitBar: 2, exitPrice: 30, exitId: "S" }]);
    expect(open).toMatchObject([{ side: "short", quantity: 1, entryBar: 2, entryPrice: 30 }]);
  });

  it("that wait are replaced by their name and can be cancelled", () => {
    const replaced = `${buyAt(0, ", stop = 25")}if bar_index == 1\n    strategy.entry("L", strategy.long, stop = 41)\n`;
    expect(traded(replaced, bars).open).toMatchObject([{ entryBar: 3, entryPrice: 41 }]);
    const cancelled = `${buyAt(0, ", stop = 25")}if bar_index == 1\n    strategy.cancel("L")\n`;
    expect(traded(cancelled, bars).open).toEqual([]);
  });

  it("at a stop or limit gap to the open", () => {
    expect(traded(buyAt(0, ", stop = 15"), bars).open).toMatchObject([{ entryBar: 1, entryPrice: 20 }]);
    expect(traded(buyAt(0, ", stop = 21.5"), bars).open).toMatchObject([{ entryPrice: 21.5 }]);
    expect(traded(buyAt(0, ", limit = 19.5"), bars).open).toMatchObject([{ entryPrice: 19.5 }]);
    expect(traded(buyAt(0, ", limit = 23"), bars).open).toMatchObject([{ entryPrice: 20 }]);
  });
});

describe("exits", () => {
  const exit = (levels: string) => `${buyAt(0)}strategy.exit("X", "L", ${levels})\n`;
  const both = barsOf([
    [100, 100, 100, 100],
    [100, 125, 85, 110],
  ]);

  it("guard a position from the bar of its entry on", () => {
    expect(traded(exit("stop = 90"), both).trades).toMatchObject([{ exitBar: 1, exitPrice: 90 }]);
    expect(traded(exit("loss = 1000"), both).trades).toMatchObject([{ exitBar: 1, exitPrice: 90 }]);
    expect(traded(exit("profit = 2000"), both).trades).toMatchObject([{ exitBar: 1, exitPrice: 120 }]);
  });

  it("with stop and target in one bar take the stop, or what TradingView's path meets first", () => {
    const of = (rows: typeof both, intrabar: PineOptions["intrabar"]) =>
      traded(exit("stop = 90, limit = 120"), rows, "", intrabar && { intrabar }).trades[0]?.exitPrice;
    const nearHigh = barsOf([
      [100, 100, 100, 100],
      [100, 125, 70, 110],
    ]);
    expect([of(both, "stop_first"), of(both, "tradingview")]).toEqual([90, 90]);
    expect([of(nearHigh, "stop_first"), of(nearHigh, "tradingview")]).toEqual([90, 120]);
  });

  it("gap through a stop, and through a target for the better", () => {
    const down = barsOf([
      [100, 100, 100, 100],
      [100, 101, 99, 100],
      [80, 85, 78, 84],
    ]);
    const up = barsOf([
      [100, 100, 100, 100],
      [100, 101, 99, 100],
      [130, 131, 85, 90],
    ]);
    expect(traded(exit("stop = 90, limit = 120"), down).trades).toMatchObject([
      { exitBar: 2, exitPrice: 80 },
    ]);
    expect(traded(exit("stop = 90, limit = 120"), up).trades).toMatchObject([{ exitBar: 2, exitPrice: 130 }]);
  });

  it("trail the best price once it has come as far as the trail begins", () => {
    const rows = barsOf([
      [100, 100, 100, 100],
      [100, 104, 99, 103],
      [103, 110, 102, 109],
      [109, 109, 100, 101],
    ]);
    const told = exit("trail_price = 105, trail_offset = 300");
    expect(traded(told, rows).trades).toMatchObject([{ exitBar: 3, exitPrice: 107 }]);
    expect(traded(exit("trail_price = 120, trail_offset = 300"), rows).trades).toEqual([]);
  });

  it("without an entry that is held or waiting are none", () => {
    const body = `if bar_index == 0\n    strategy.exit("X", "L", stop = 25)\n${buyAt(1)}`;
    expect(traded(body, bars).trades).toEqual([]);
  });

  it("after an entry within the bar count, stop first, only where the bar closes beyond", () => {
    const body = `${buyAt(0, ", stop = 105")}strategy.exit("X", "L", stop = 95, limit = 120)\n`;
    const of = (close: number) =>
      traded(
        body,
        barsOf([
          [100, 100, 100, 100],
          [100, 125, 90, close],
        ]),
        "",
        { intrabar: "stop_first" },
      );
    expect(of(110).open).toMatchObject([{ entryBar: 1, entryPrice: 105 }]);
    expect(of(94).trades).toMatchObject([{ entryPrice: 105, exitBar: 1, exitPrice: 95 }]);
  });
});

describe("costs", () => {
  const flat = flatBars(10, 10, 10, 10);
  const of = (told: string) => traded(buyAt(0) + closeAt(1), flat, `default_qty_value=5, ${told}`).trades[0];

  it("are paid on both sides: percent, by order or by contract", () => {
    const type = "commission_type=strategy.commission.";
    expect(of(`${type}percent, commission_value=1`)?.commission).toBeCloseTo(1, 12);
    expect(of(`${type}cash_per_order, commission_value=2`)?.commission).toBe(4);
    expect(of(`${type}cash_per_contract, commission_value=0.5`)).toMatchObject({ commission: 5, pnl: -5 });
  });

  it("of slippage worsen market and stop fills, never limit fills", () => {
    expect(of("slippage=3")).toMatchObject({ entryPrice: 10.03, exitPrice: 9.97 });
    const rows = barsOf([
      [100, 100, 100, 100],
      [100, 105, 95, 100],
    ]);
    expect(traded(buyAt(0, ", limit = 96"), rows, "slippage=3").open[0]?.entryPrice).toBe(96);
    expect(traded(buyAt(0, ", stop = 104"), rows, "slippage=3").open[0]?.entryPrice).toBe(104.03);
  });
});

describe("quantities", () => {
  const rising = flatBars(10, 20, 20, 20);
  const of = (told: string, options: PineOptions = {}, body = buyAt(0)) =>
    traded(body, rising, told, options).open[0]?.quantity;
  const percent = "default_qty_type=strategy.percent_of_equity, default_qty_value=50";

  it("that hang on equity or price are sized at the close of the signal, or at the fill when asked", () => {
    expect(of(percent)).toBe(50);
    expect(of(percent, { sizing: "at_fill" })).toBe(25);
    expect(of("default_qty_type=strategy.cash, default_qty_value=95")).toBe(9);
  });

  it("are whole lots, three of 0.1 for 0.1 + 0.2, and none is no trade", () => {
    expect(of("", { lotSize: 0.1 }, buyAt(0, ", qty = 0.1 + 0.2"))).toBe(0.1 + 0.2);
    expect(of("default_qty_type=strategy.cash, default_qty_value=3", { lotSize: 0.1 })).toBe(0.3);
    expect(of("default_qty_type=strategy.cash, default_qty_value=9")).toBeUndefined();
  });

  it("beyond the money are refused where a margin asks for it", () => {
    const bought = (margin: number) =>
      runPine(strategy(buyAt(0, ", qty = 60")).replace("margin_long=0", `margin_long=${margin}`), rising)
        .open;
    expect([bought(0).length, bought(100).length]).toEqual([1, 0]);
  });

  it("of a short beyond all money are told as a margin call", () => {
    const source = strategy(sellAt(0, ", qty = 100")).replace("margin_short=0", "margin_short=100");
    expect(runPine(source, flatBars(10, 10, 11, 10)).marginCalls).toEqual([2]);
  });
});

describe("what a script sees of its position", () => {
  it("is what was filled before it runs", () => {
    const body = `${buyAt(0, ", qty = 3")}${closeAt(1)}plot(strategy.position_size)\nplot(strategy.position_avg_price)\nplot(strategy.equity)\nplot(strategy.closedtrades * 10 + strategy.opentrades)\nplot(strategy.position_size[1])`;
    const [size, price, equity, counts, before] = traded(body, bars).plots.map(({ values }) => [...values]);
    expect(size).toEqual([0, 3, 0, 0]);
    expect(price).toEqual([Number.NaN, 20, Number.NaN, Number.NaN]);
    expect(equity).toEqual([1000, 1003, 1030, 1030]);
    expect(counts).toEqual([0, 1, 10, 10]);
    expect(before).toEqual([Number.NaN, 0, 3, 0]);
  });
});

describe("what is beyond the subset", () => {
  it.each([
    ["strategy.close('L', qty_percent = 50)", "closing a part"],
    ["strategy.exit('X', 'L', qty = 1, stop = 1)", "leaving with a part"],
    ["strategy.entry('L', strategy.long, limit = 1, stop = 2)", "both limit and stop"],
    ["strategy.entry('L', strategy.long, oca_name = 'a')", "groups of orders"],
    ["strategy.entry('L', strategy.long, when = close > 1)", "takes no when"],
    ["strategy.risk.max_drawdown(1)", "beyond the subset"],
  ])("%s is refused", (call, message) => {
    expect(faultOf(strategy(call))).toContain(message);
  });

  it("is no broker for an indicator", () => {
    expect(faultOf('//@version=6\nindicator("a")\nstrategy.close_all()')).toContain("in an indicator");
    expect(faultOf('//@version=6\nindicator("a")\nplot(strategy.equity)')).toContain("not known");
  });
});
