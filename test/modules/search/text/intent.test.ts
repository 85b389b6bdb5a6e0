import fc from "fast-check";
import { expect, it } from "vitest";
import { detectIntent } from "../../../../src/modules/search/text/intent.ts";
import { INTENTS, type Intent } from "../../../../src/modules/search/text/intents.ts";
import { anyText } from "./any-text.ts";

/** The rules were made on these; the labelled queries were kept apart to measure them. */
const EXAMPLES: Readonly<Record<Intent, readonly string[]>> = {
  semantic: [
    "has anyone formally determined the influence of joule heating, produced by the induced current",
    "can the transverse potential flow equation be solved for a slender wing",
    "What was Microsoft's effective tax rate in 2023?",
    "What are the principal competitive factors in the market for the company's products?",
    "MSFT",
    "EURUSD",
    "Brent crude",
    "short interest and future returns",
    "momentum crashes",
    "Nike's growth strategy in China",
    "why did risk parity funds lose in March 2020",
    'studies which cite "limits to arbitrage" in emerging bond markets',
    "what is the impact of carbon prices on power forwards",
    "Bewertung von Start-ups in der Frühphase",
    "marchés de l'électricité en Europe",
    "JPMorgan and BlackRock outlook for iShares",
    "don't fight the fed",
    'a 3.5" floppy or a 5" disk',
    "explain how the merger changed the tax position of the company in 2019",
    "gap inc quarterly revenue",
    "+5 % in March",
    "import tariffs on steel",
    "return on equity (ROE)",
    "tracking error: ex ante or ex post",
    "class A (non-voting) shares",
    "for example: carry",
    "java robusta coffee premium",
    "coffee rust in Colombia",
    "swift payments to Russia",
    "what is happening with gold",
    "what is AAPL trading at",
  ],
  exact: [
    '"cost of carry"',
    "‘fear of missing out’",
    '"value at risk" Jorion',
    'look for "change of control"',
    "„schwarzer Schwan“",
    "«effet de levier»",
    '"the law of one price" "no arbitrage"',
    '"what is a swap"',
  ],
  code: [
    "df.groupby('sector').mean()",
    "pd.read_csv",
    "calc_sma",
    "getLastPrice",
    "ValueError: operands could not be broadcast together",
    "from statsmodels.tsa.stattools import adfuller",
    "const total = orders.reduce((sum, order) => sum + order.quantity, 0);",
    "how do I use np.polyfit on log prices",
    "what is DataFrame.shift",
    "matlab code for binomial tree",
    "java implementation of an order book",
    "vectorbt portfolio example",
    "if close > sma:",
    "UPDATE fills SET price = 3 WHERE id = 4; SELECT id FROM fills",
    "ggplot candlestick chart",
    "stack trace NullPointerException in OrderRouter",
    "pine script alertcondition",
    "std::map",
    "import numpy as np",
    "return self.cash",
    "rust async function for a websocket feed",
    "for price in prices:",
    "class RollingWindow:",
  ],
  formula: [
    "formula of the information ratio",
    "CAPM formula",
    "\\int_0^T \\sigma_s dW_s",
    "μ ± 2σ",
    "r_t = α + β r_m + ε_t",
    "P = F e^{-rT}",
    "derive the bellman equation",
    "proof of the central limit theorem",
    "heston model pde",
    "Formel der internen Rendite",
    "how is duration calculated formula",
    "what is the equation for portfolio variance",
    "√(252) × σ",
    "a^2 = b^2 + c^2",
    "kelly formula",
  ],
  strategy: [
    "MACD crossover strategy for bitcoin",
    "where to put stops in a channel breakout",
    "how to trade earnings gaps",
    "when should I take profits on a long call",
    "keltner channel breakout entry",
    "trailing stop",
    "position sizing",
    "ichimoku trading rules",
    "buy and sell signals from stochastic oscillator",
    "trend following system for commodities",
    "best indicators for scalping entry",
    "estrategia con bandas de bollinger",
    "straddle adjustment rules before earnings",
    "backtest of a dual momentum rotation",
  ],
  concept: [
    "what is a swap",
    "What are convertible bonds?",
    "define carry",
    "explain the yield curve",
    "meaning of theta",
    "what does EBITDA mean",
    'what does "cheapest to deliver" mean',
    "what is the difference between forwards and futures",
    "Was bedeutet Backwardation?",
    "qu'est-ce qu'un certificat",
    "¿Qué es un futuro?",
    "what is value at risk",
    "implied volatility definition",
    "ボラティリティとは",
    "waht is a butterfly spread",
    "what is cost of carry",
  ],
};

const cases = Object.entries(EXAMPLES).flatMap(([intent, queries]) =>
  queries.map((query) => ({ query, intent })),
);

it.each(cases)("takes $query for $intent", ({ intent, query }) => {
  expect(detectIntent(query)).toMatchObject({ intent });
});

it("decides nothing for prose with less than a sure sign, and says how sure it is", () => {
  expect(detectIntent("liquidity in a crisis")).toEqual({ intent: "semantic", confidence: 1 });
  expect(detectIntent('"liquidity crisis"')).toEqual({ intent: "exact", confidence: 1 });
  const doubtful = detectIntent("momentum and arbitrage");
  expect(doubtful.intent).toBe("semantic");
  expect(doubtful.confidence).toBeLessThan(1);
});

it("has an intent and a confidence between 0 and 1 for any query", () => {
  const pieces = fc.constantFrom(
    "what is ",
    '"',
    "\\frac{",
    "df[",
    "entry ",
    "RSI ",
    "formula ",
    "«",
    " ",
    "σ",
    "at x(",
    "\n",
  );
  const odd = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(odd, anyText), (query) => {
      const { confidence, intent } = detectIntent(query);
      expect(INTENTS).toContain(intent);
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }),
  );
});

it.each([
  "a.",
  "a_",
  "at a(",
  "what is ",
  '"',
  "return ",
  "\t",
  "x[",
  "import a, ",
  "a<",
  "\\a",
  "'",
  "«a",
  'File "',
])("comes to an intent for a hundred thousand of %j", (piece) => {
  expect(INTENTS).toContain(detectIntent(piece.repeat(100_000)).intent);
});
