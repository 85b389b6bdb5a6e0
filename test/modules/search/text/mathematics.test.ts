import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMathematical, mathShare, mathTokens } from "../../../../src/modules/search/text/mathematics.ts";
import { anyText } from "./any-text.ts";

const tokens = (text: string) => mathTokens(text).join(" ");

describe("the words of mathematics", () => {
  it.each([
    ["\\sigma", "σ", "𝜎", "𝛔", "Σ", "\\Sigma", "\\varsigma"],
    ["x^2", "x²", "𝑥²", "𝑥^{2}", "x^{2}"],
    ["d_1 = 0", "d₁ = 0", "d1 = 0", "d_{1} = 0"],
    ["\\sum x_i", "∑ xᵢ", "∑ 𝑥_𝑖"],
    ["x \\leq y", "x ≤ y", "x <= y", "x \\le y", "x ⩽ y", "x \\leqslant y"],
    ["x \\times y", "x × y"],
    ["\\sqrt{T}", "√T", "√(T)", "\\sqrt T"],
    ["\\infty", "∞"],
    ["\\frac{1}{2}\\sigma^2", "½σ²", "\\tfrac{1}{2} σ²"],
    ["\\Delta t", "Δt", "∆t", "𝛥𝑡"],
    ["f'(x) = 0", "f′(x) = 0", "f\\prime(x) = 0"],
    ["\\mu", "μ", "µ"],
    ["\\hat{x} = 1", "x̂ = 1"],
    ["x \\neq y", "x ≠ y", "x != y", "x \\ne y"],
    ["\\epsilon", "ε", "ϵ", "\\varepsilon"],
    ["\\mathbb{R}^2", "ℝ²"],
  ])("are the same however they were written: %s", (first, ...others) => {
    expect(tokens(first)).not.toBe("");
    for (const other of others) expect([other, tokens(other)]).toEqual([other, tokens(first)]);
  });

  it.each([
    ["\\frac{a}{b}", "frac a b"],
    ["C = S N(d1) - K e^{-rT} N(d2)", "c s n d 1 k e rt n d 2"],
    ["the variance σ² of the return is 1 ≤ 𝑥", "sigma 2 1 leq x"],
    ["∂V/∂t + ½σ²S² ∂²V/∂S² = 0", "partial v partial t frac 1 2 sigma 2 s 2 partial 2 v partial s 2 0"],
    ["\\mathrm{Cov}(r_i, r_m)", "cov r i r m"],
    ["let A ≤ B", "a leq b"],
  ])("of %s are %s", (text, words) => {
    expect(tokens(text)).toBe(words);
  });

  it("survive what PDFs do to them: ligatures, private use, soft hyphens", () => {
    expect(tokens("the ﬁrst e\ufb00ect is σ\u00ad² \ue001= \uf8eb1")).toBe("sigma 2 1");
  });

  it.each([
    "the price of a share is 5 % lower, as I said",
    "Revenue | $ | 2,389 | | $ | 2,326 | −3.2 | (1.5)",
    "C:\\Users\\bob https://a.example/?a=b&c=d",
    "Οι τιμές των μετοχών",
    "returns¹ and e.g. the U.S., 3M, AT&T, 5%–6%",
    "",
  ])("are none in prose: %s", (text) => {
    expect(mathTokens(text)).toEqual([]);
    expect(mathShare(text)).toBe(0);
  });

  it("are lower-case ASCII words whatever the text, and its share stays between 0 and 1", () => {
    const pieces = fc.constantFrom(
      "\\frac",
      "{",
      "σ",
      "²",
      "_",
      "^",
      "=",
      " ",
      "x",
      "the ",
      "∑",
      "≠",
      "'",
      "$",
      "\\",
      "ﬁ",
      "1⁄2",
    );
    const odd = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(anyText, odd), (text) => {
        expect(mathTokens(text).every((word) => /^[a-z0-9]+$/.test(word))).toBe(true);
        expect(mathShare(text)).toBeGreaterThanOrEqual(0);
        expect(mathShare(text)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("add up: two formulas apart in prose have the words of each", () => {
    const formulas = fc.constantFrom("σ²", "\\frac{1}{2}", "x^2 + y^2", "N(d1)", "∑ x_i", "√T");
    fc.assert(
      fc.property(formulas, formulas, (one, other) => {
        expect(mathTokens(`where ${one} stands for ${other} again`)).toEqual([
          ...mathTokens(one),
          ...mathTokens(other),
        ]);
      }),
    );
  });

  it.each(["\\", "^", "$", "x_", "σ", "a'", "=", "(", "1⁄", "σ1", "1", "a\u0301", "\ue000", "-"])(
    "come to an end for a hundred thousand of %j in one piece",
    (sign) => {
      const share = mathShare(sign.repeat(100_000));
      expect(share === 0 || share === 1).toBe(true);
    },
  );
});

it.each([
  ["E[R_p] - R_f / sigma_p", true],
  ["\\frac{\\mu - r_f}{\\sigma}", true],
  ["y = mx + b", true],
  ["what is β in the CAPM", false],
  ["AAPL → MSFT", false],
  ["+5 % in March", false],
])("whether %s is mathematics: %s", (text, expected) => {
  expect(isMathematical(text)).toBe(expected);
});
