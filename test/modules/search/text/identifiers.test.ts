import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identifierParts, isIdentifier } from "../../../../src/modules/search/text/identifiers.ts";
import { anyText } from "./any-text.ts";

describe("the parts of an identifier", () => {
  it.each([
    ["moving_average", ["moving", "average"]],
    ["movingAverage", ["moving", "average"]],
    ["HTTPServer2", ["http", "server", "2"]],
    ["np.where", ["np", "where"]],
    ["__init__", ["init"]],
    ["std::vector", ["std", "vector"]],
    ["FY2018", ["fy", "2018"]],
    ["MAX_DRAWDOWN", ["max", "drawdown"]],
    ["naïveBayes", ["naïve", "bayes"]],
  ])("%s", (word, parts) => {
    expect(identifierParts(word)).toEqual(parts);
  });

  it.each(["average", "Average", "USD", "3.14", "U.S.", "e.g.", "", "___", "価格"])(
    "are none in %s",
    (word) => {
      expect(identifierParts(word)).toEqual([]);
    },
  );

  it("are lower-case words of the word itself, in their order", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.stringMatching(/^[A-Za-z0-9_.:]{1,40}$/)), (word) => {
        const parts = identifierParts(word);
        const lower = word.toLowerCase();
        parts.reduce((from, part) => {
          const at = lower.indexOf(part, from);
          expect(at).toBeGreaterThanOrEqual(from);
          return at + part.length;
        }, 0);
        expect(parts).not.toContain("");
        expect(parts).not.toEqual([lower]);
      }),
    );
  });

  it("join to what snake_case and camelCase were made of", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{2,8}$/), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(words, (parts) => {
        const [first = "", ...others] = parts;
        const camel = first + others.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
        expect(identifierParts(parts.join("_"))).toEqual(parts);
        expect(identifierParts(camel)).toEqual(parts);
        expect([parts.join("_"), camel].every(isIdentifier)).toBe(true);
      }),
    );
  });
});

describe("an identifier", () => {
  it.each([
    ...["moving_average", "getURL", "np.where", "DataFrame.groupby", "std::vector", "__init__", "on_tick"],
    ...[
      "NullPointerException",
      "HTTPException",
      "KeyError",
      "HTTPServer2",
      "main()",
      "df.head()",
      "MAX_DRAWDOWN",
    ],
  ])("is %s", (word) => {
    expect(isIdentifier(word)).toBe(true);
  });

  it.each([
    ...[
      "JPMorgan",
      "BlackRock",
      "eBay",
      "iShares",
      "macOS",
      "BRK.B",
      "SAP.DE",
      "U.S.",
      "sec.gov",
      "report.pdf",
    ],
    ...["sigma_p", "x_i", "r_max", "FY2018", "S&P", "mean-reversion", "3M", "word", "", "_", "..."],
  ])("is not %s", (word) => {
    expect(isIdentifier(word)).toBe(false);
  });

  it("is never so long that nobody wrote it", () => {
    expect(isIdentifier("a_b".repeat(100_000))).toBe(false);
    expect(identifierParts("aB".repeat(100_000))).toEqual([]);
  });
});
