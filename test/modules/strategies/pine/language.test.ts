import { describe, expect, it } from "vitest";
import { runPine } from "../../../../src/modules/strategies/pine/run.ts";
import { flatBars } from "../engine/small-bars.ts";
import { faultOf, indicator, plotted } from "./scripts.ts";

const NA = Number.NaN;

describe("declarations", () => {
  it("are made anew on each bar, and with var once", () => {
    expect(plotted("var n = 0\nn := n + 1\nplot(n)")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(plotted("n = 0\nn += 1\nplot(n)")).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("unpack tuples, of functions and of branches", () => {
    expect(plotted("f() => [close, close * 2]\n[a, b] = f()\nplot(a + b)")).toEqual([3, 6, 9, 12, 15, 18]);
    const body = "[a, _] = if close > 3\n    [1, 2]\nelse\n    [3, 4]\nplot(a)";
    expect(plotted(body)).toEqual([3, 3, 3, 1, 1, 1]);
  });

  it("refuse a name twice, a name unknown, na without a type, and a float for an int", () => {
    expect(faultOf(indicator("a = 1\na = 2"))).toBe("line 4, column 1: a is declared already");
    expect(faultOf(indicator("plot(b)"))).toBe("line 3, column 6: b is not known");
    expect(faultOf(indicator("a = na"))).toContain("na needs a type");
    expect(faultOf(indicator("int a = 1.5"))).toContain("float stands where int is declared");
    expect(faultOf(indicator("a = 1\na := 1.5"))).toContain("float is assigned to int a");
    expect(faultOf(indicator("varip a = 1"))).toContain("varip is beyond the subset");
  });
});

describe("history", () => {
  it("of prices, variables and expressions goes by bars", () => {
    expect(plotted("plot(close[2])")).toEqual([NA, NA, 1, 2, 3, 4]);
    expect(plotted("a = close * 10\nplot(a[1])")).toEqual([NA, 10, 20, 30, 40, 50]);
    expect(plotted("plot((close + open)[1])")).toEqual([NA, 2, 4, 6, 8, 10]);
    expect(plotted("n = bar_index % 3\nplot(close[n])")).toEqual([1, 1, 1, 4, 4, 4]);
  });

  it("of a variable that is changed is what it was at the end of its bar", () => {
    expect(plotted("var a = 0.0\na := close + nz(a[1])\nplot(a)")).toEqual([1, 3, 6, 10, 15, 21]);
  });

  it("within a function goes by its calls, but that of prices by bars", () => {
    const called = (of: string) => `f(x) => ${of}\na = bar_index % 2 == 0 ? f(close) : na\nplot(a)`;
    expect(plotted(called("x[1]"))).toEqual([NA, NA, 1, NA, 3, NA]);
    expect(plotted(called("close[1]"))).toEqual([NA, NA, 2, NA, 4, NA]);
  });

  it("is refused of what does not run on each bar, and before the present", () => {
    expect(faultOf(indicator("a = close > 1 ? (close * 2)[1] : 0"))).toContain("does not run on each bar");
    expect(faultOf(indicator("if close > 1\n    b = close\n    c = b[1]"))).toContain("history of b");
    expect(faultOf(indicator("n = -1\nplot(close[n])"))).toContain("-1 bars back");
    expect(faultOf(indicator("plot(close[1.5])"))).toContain("float bars back");
  });

  it("of a bool is false before the first in version 6", () => {
    expect(plotted("a = close > 0\nplot(not a[1] ? 1 : 0)")).toEqual([1, 0, 0, 0, 0, 0]);
  });
});

describe("functions", () => {
  it("have a state of their own at each call", () => {
    const body =
      "count(on) =>\n    var n = 0\n    if on\n        n += 1\n    n\na = count(true)\nb = count(close > 4)\nplot(a * 10 + b)";
    expect(plotted(body)).toEqual([10, 20, 30, 40, 51, 62]);
  });

  it("take names and defaults, and refuse what they do not take", () => {
    expect(plotted("f(a, b = 2) => a * b\nplot(f(3) + f(b = 1, a = 4))")[0]).toBe(10);
    expect(faultOf(indicator("f(a) => a\nplot(f())"))).toContain("f() needs a");
    expect(faultOf(indicator("f(a) => a\nplot(f(1, 2))"))).toContain("f() takes no further argument");
  });

  it("neither call themselves nor assign to what stands outside", () => {
    expect(faultOf(indicator("f(a) => f(a)\nplot(f(1))"))).toContain("f() calls itself");
    expect(faultOf(indicator("var s = 0\nf() =>\n    s := 1\nplot(f())"))).toContain("cannot assign to s");
  });
});

describe("branches", () => {
  it("of if give their last value, and na where none holds", () => {
    const body = "a = if close > 5\n    1\nelse if close > 3\n    2\nplot(a)";
    expect(plotted(body)).toEqual([NA, NA, NA, 2, 2, 1]);
  });

  it("of switch go by a key or by conditions", () => {
    const keyed = 's = close > 3 ? "up" : "down"\na = switch s\n    "up" => 1\n    "down" => 2\nplot(a)';
    expect(plotted(keyed)).toEqual([2, 2, 2, 1, 1, 1]);
    expect(plotted("a = switch\n    close > 5 => 1\n    close > 3 => 2\n    => 3\nplot(a)")).toEqual([
      3, 3, 3, 2, 2, 1,
    ]);
  });

  it("that run only at times keep their own count of bars", () => {
    expect(plotted("a = close % 2 == 0 ? ta.cum(close) : 0\nplot(a)")).toEqual([0, 2, 0, 6, 0, 12]);
  });
});

describe("loops", () => {
  it("count up, down and by steps, go on and stop", () => {
    expect(plotted("s = 0\nfor i = 1 to 4\n    s += i\nplot(s)")[0]).toBe(10);
    expect(plotted("s = 0\nfor i = 5 to 1 by 2\n    s := s * 10 + i\nplot(s)")[0]).toBe(531);
    const body =
      "s = 0\nfor i = 1 to 9\n    if i == 2\n        continue\n    if i == 5\n        break\n    s := s * 10 + i\nplot(s)";
    expect(plotted(body)[0]).toBe(134);
    expect(plotted("n = 10\nwhile n > 3\n    n -= 2\nplot(n)")[0]).toBe(2);
  });

  it("have an end", () => {
    expect(faultOf(indicator("a = 0\nwhile true\n    a += 1"))).toContain("a loop of more than");
    const nested = "a = 0\nfor i = 1 to 90000\n    for j = 1 to 90000\n        a += 1";
    expect(faultOf(indicator(nested))).toContain("does more than it may");
  });

  it("call nothing that counts bars", () => {
    expect(faultOf(indicator("for i = 1 to 2\n    a = ta.sma(close, 2)"))).toContain("ta.sma() in a loop");
  });
});

describe("na", () => {
  it("passes through sums, and neither equals, exceeds nor differs", () => {
    const told =
      "float a = na\nplot((a + 1 > 0 ? 1 : 0) + (a == a ? 2 : 0) + (a != 1 ? 4 : 0) + (na(a) ? 8 : 0))";
    expect(plotted(told)[0]).toBe(8);
    expect(plotted("plot(nz(close[1], 7) + nz(close[1]))")).toEqual([7, 2, 4, 6, 8, 10]);
    expect(plotted("plot(1 / 0)")[0]).toBe(NA);
    expect(faultOf(indicator("plot(close == na ? 1 : 0)"))).toContain("na() tells whether");
  });
});

describe("version 6", () => {
  it("takes no number for a bool, and has no bool na", () => {
    expect(faultOf(indicator("plot(close ? 1 : 0)"))).toContain("float stands where bool is expected");
    expect(faultOf(indicator("bool a = na"))).toContain("na stands where bool is declared");
    expect(plotted("bool a = na\nplot(a ? 1 : bar_index ? 2 : 3)", undefined, 5)).toEqual([3, 2, 2, 2, 2, 2]);
  });

  it("leaves the right of and and or alone where the left decides, 5 does not", () => {
    const body = "a = close > 3 and ta.cum(1) > 1\nplot(a ? 1 : 0)";
    expect(plotted(body)).toEqual([0, 0, 0, 0, 1, 1]);
    expect(plotted(body, undefined, 5)).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it("divides whole constants into fractions, 5 discards them", () => {
    expect(plotted("plot(5 / 2)")[0]).toBe(2.5);
    expect(plotted("plot(5 / 2)", undefined, 5)[0]).toBe(2);
    expect(plotted("a = bar_index + 5\nplot(a / 2)", undefined, 5)[0]).toBe(2.5);
  });
});

describe("types", () => {
  it("hold lengths to ints that are known early enough", () => {
    expect(faultOf(indicator("plot(ta.sma(close, 10 / 2))"))).toContain(
      "length of ta.sma() is float, not int",
    );
    expect(faultOf(indicator("plot(ta.ema(close, bar_index + 1))"))).toContain("must be simple, not series");
    expect(plotted("n = 1\nn := 2\nplot(ta.sma(close, n))")).toEqual([NA, 1.5, 2.5, 3.5, 4.5, 5.5]);
    expect(faultOf(indicator("n = 1\nn := 2\nplot(ta.rsi(close, n))"))).toContain("must be simple");
  });

  it("refuse arguments that a function has not", () => {
    expect(faultOf(indicator("plot(ta.sma(close, len = 2))"))).toContain("ta.sma() takes no len");
    expect(faultOf(indicator("plot(ta.sma(close))"))).toContain("ta.sma() needs length");
    expect(faultOf(indicator('a = request.security("X", "D", close)'))).toContain("beyond the subset");
  });
});

describe("layout", () => {
  it("goes on over lines that are indented by other than fours, and in brackets", () => {
    expect(plotted('a = close +\n  1\nplot(\n    a,\n    title = "a")')[0]).toBe(2);
    expect(faultOf(indicator("a = 1\n        b = 2"))).toBe(
      "line 4, column 9: a block is indented by four spaces",
    );
    expect(faultOf(indicator("if close > 1\nplot(1)"))).toContain("stands where indent is expected");
    expect(faultOf(indicator("a = 1 2"))).toContain("2 stands where the end of the line is expected");
    expect(faultOf(indicator("a = close § 2"))).toBe("line 3, column 11: § is not understood");
  });

  it("ends, however deep it is nested or large it becomes", () => {
    expect(faultOf(indicator(`a = ${"(".repeat(5_000)}1`))).toContain("nested too deeply");
    const doubling = Array.from({ length: 20 }, (_, k) => `f${k + 1}(x) => f${k}(x) + f${k}(x)`).join("\n");
    expect(faultOf(indicator(`f0(x) => x\n${doubling}\nplot(f20(1))`))).toContain("too large");
  });

  it("begins with a version and a declaration", () => {
    expect(faultOf('indicator("a")')).toContain("//@version=6");
    expect(faultOf("//@version=4\nstudy(1)")).toContain("//@version=6");
    expect(faultOf("//@version=6\nplot(1)")).toContain("does not begin with strategy() or indicator()");
    expect(faultOf('//@version=6\nstrategy("a", calc_on_every_tick = true)')).toContain("calc_on_every_tick");
    expect(faultOf('//@version=6\nstrategy("a", pyramiding = 2)')).toContain("pyramiding");
  });
});

describe("inputs", () => {
  const source = indicator('n = input.int(2, "Length", minval = 1, maxval = 5)\nplot(ta.sma(close, n))');
  const bars = flatBars(1, 2, 3, 4);

  it("take the values of a run by variable, within their range", () => {
    const run = runPine(source, bars, { inputs: { n: 3 } });
    expect([...(run.plots[0]?.values ?? [])]).toEqual([NA, NA, 2, 3]);
    expect(run.inputs).toEqual([
      { name: "n", kind: "int", title: "Length", default: 2, value: 3, min: 1, max: 5, step: undefined },
    ]);
    expect(() => runPine(source, bars, { inputs: { n: 6 } })).toThrow("n cannot be 6");
    expect(() => runPine(source, bars, { inputs: { n: 1.5 } })).toThrow("n cannot be 1.5");
    expect(() => runPine(source, bars, { inputs: { m: 1 } })).toThrow("no input m");
  });
});

describe("sessions", () => {
  it("are days of UTC", () => {
    const hourly = flatBars(1, 2, 3, 4, 5, 6);
    const bars = { ...hourly, times: hourly.times.map((_, bar) => bar * 8 * 3_600_000) };
    expect(plotted('plot(timeframe.change("1D") ? 1 : 0)', bars)).toEqual([1, 0, 0, 1, 0, 0]);
    expect(plotted('plot(ta.change(time("D")) != 0 ? 1 : 0)', bars)).toEqual([0, 0, 0, 1, 0, 0]);
    expect(plotted("plot(hour)", bars)).toEqual([0, 8, 16, 0, 8, 16]);
  });
});
