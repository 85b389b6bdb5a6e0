import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitOf } from "../../../../src/modules/search/text/fit.ts";
import { INTENTS, type Intent } from "../../../../src/modules/search/text/intents.ts";
import { anyText } from "./any-text.ts";

const PROSE = {
  title: "Liquidity in a crisis",
  text: `Markets were calm until the spring, when lenders began to ask for more security. The funds that had borrowed
most were the first to leave, and their leaving moved prices further than anyone had thought possible; dealers, who
had carried large inventories, stepped back; and the authorities waited.`,
};
const PYTHON = {
  title: "Notebook",
  text: `import pandas as pd

def moving_average(prices, length):
    window = prices.rolling(length)
    return window.mean()

df["sma"] = moving_average(df["close"], 20)
signal = np.where(df["close"] > df["sma"], 1, -1)`,
};
const PINE = {
  title: "Script",
  text: `//@version=6
fast = ta.sma(close, 10)
slow = ta.sma(close, 30)
if ta.crossover(fast, slow)
    strategy.entry("Long", strategy.long)`,
};
const EQUATIONS = {
  title: "Option prices",
  text: `Under these assumptions ∂V/∂t + ½σ²S² ∂²V/∂S² + rS ∂V/∂S − rV = 0, and so C = S N(d1) − K e^{-rT} N(d2)
with d_1 = (\\ln(S/K) + (r + σ²/2)T) / (σ√T).`,
};
const RULES = {
  title: "A system",
  text: `Entry: buy when the 20-day Donchian channel breaks out and RSI is not overbought. Exit on the opposite
breakout, or at a stop loss of two ATR; use a trailing stop after the first profit target. Position sizing risks one
per cent of equity. The backtest covers twenty years of futures.`,
};
const defining = (text: string, title = "Chapter 3") => ({ title, text });
const CONTANGO = ["contango"];

describe("how well a passage fits", () => {
  it.each<[Intent, typeof PROSE, readonly (typeof PROSE)[]]>([
    ["code", PYTHON, [PROSE, EQUATIONS, RULES]],
    ["code", PINE, [PROSE, EQUATIONS, RULES]],
    ["formula", EQUATIONS, [PROSE, RULES]],
    ["strategy", RULES, [PROSE, EQUATIONS, PYTHON]],
  ])("%s is high where its form is, and low elsewhere", (intent, passage, others) => {
    expect(fitOf(intent, passage, [])).toBeGreaterThan(0.7);
    for (const other of others) expect(fitOf(intent, other, [])).toBeLessThan(0.35);
  });

  it.each([
    "Contango is a state in which futures trade above spot.",
    "In such a market, contango is defined as a curve that rises with maturity.",
    "By contango we mean that later deliveries cost more.",
    "The term contango, in these markets, refers to a rising curve.",
    "A curve that rises is called contango by traders.",
    "Contango means that the future costs more than the spot.",
    "Contango: futures above spot.\nBackwardation: futures below spot.",
  ])("a concept is high where the word is defined: %s", (text) => {
    expect(fitOf("concept", defining(text), CONTANGO)).toBeGreaterThanOrEqual(0.5);
    expect(fitOf("concept", defining(text), ["volatility"])).toBe(0);
  });

  it("a concept is higher where the word is defined than where it is used, and under its own heading than elsewhere", () => {
    const used = "Funds lost money to contango in that year, when the roll cost them two per cent a month.";
    const glossary = fitOf("concept", defining(used, "Glossary > Contango"), CONTANGO);
    expect(fitOf("concept", defining(used), CONTANGO)).toBe(0);
    expect(glossary).toBeGreaterThan(0.3);
    expect(fitOf("concept", defining("Contango is a rising curve."), CONTANGO)).toBeGreaterThan(glossary);
  });

  it("a concept grows with the words of the term that are defined, in any of their forms", () => {
    const text = "The Sharpe ratio of a fund is defined as its excess return over its risk.";
    const whole = fitOf("concept", defining(text), ["what", "is", "the", "sharpe", "ratios"]);
    expect(whole).toBeGreaterThan(fitOf("concept", defining(text), ["information", "ratio"]));
    expect(whole).toBeGreaterThan(0.7);
  });

  it("semantic and exact is nothing, whatever the form", () => {
    for (const passage of [PROSE, PYTHON, EQUATIONS, RULES]) {
      expect([fitOf("semantic", passage, CONTANGO), fitOf("exact", passage, CONTANGO)]).toEqual([0, 0]);
    }
  });

  it("any intent stays between 0 and 1 for any passage", () => {
    const pieces = fc.constantFrom(
      "contango is a ",
      "σ² = ",
      "df['x']",
      "\n",
      "; ",
      "entry ",
      "}",
      ": ",
      "é",
      "import x",
    );
    const odd = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));
    const text = fc.oneof(odd, anyText);
    fc.assert(
      fc.property(
        fc.constantFrom(...INTENTS),
        text,
        text,
        fc.array(text, { maxLength: 4 }),
        (intent, title, body, words) => {
          const fit = fitOf(intent, { title, text: body }, words);
          expect(fit).toBeGreaterThanOrEqual(0);
          expect(fit).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it.each(["=", "a.", "(", "import a", "for a(", "return ", "a[", "x: ", "is a ", "σ1"])(
    "comes to an end for passages made of %j alone",
    (piece) => {
      for (const intent of INTENTS) {
        expect(fitOf(intent, { title: piece, text: piece.repeat(50_000) }, ["a", "x"])).toBeLessThanOrEqual(
          1,
        );
      }
    },
  );

  it("is judged by a passage's first four thousand characters", () => {
    for (const { intent, passage } of [
      { intent: "code" as const, passage: PYTHON },
      { intent: "strategy" as const, passage: RULES },
    ]) {
      const late = { title: "", text: `${" ".repeat(4_000)}${passage.text}` };
      expect(fitOf(intent, late, [])).toBe(0);
    }
  });
});
