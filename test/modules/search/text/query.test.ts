import fc from "fast-check";
import { expect, it } from "vitest";
import { highlightsOf } from "../../../../src/modules/search/text/highlights.ts";
import { parseQuery } from "../../../../src/modules/search/text/query.ts";
import { stemOf } from "../../../../src/modules/search/text/stems.ts";

it("quotes every word, so that nothing typed is FTS5 syntax", () => {
  expect(parseQuery('title:x* NEAR("a" b) AND ^c - "d', "semantic").anyStem).toBe(
    '"title" OR "x" OR "near" OR "b" OR "c" OR "d"',
  );
  const quoted = /^"[\p{L}\p{N}\p{M}_ ]+"( OR "[\p{L}\p{N}\p{M}_ ]+")*$/u;
  const phrases = /^"[\p{L}\p{N}\p{M}_ ]+"( AND "[\p{L}\p{N}\p{M}_ ]+")*$/u;
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (query) => {
      const { anyStem, forms } = parseQuery(query, "code");
      const exact = parseQuery(query, "exact").phrases;
      return (
        (anyStem === undefined || quoted.test(anyStem)) &&
        (forms === undefined || quoted.test(forms)) &&
        (exact === undefined || phrases.test(exact))
      );
    }),
  );
});

it("drops function words unless nothing else was asked for, and splits letters from digits", () => {
  const wordsOf = (query: string) => parseQuery(query, "semantic").anyStem;
  expect(wordsOf("what is the drawdown of it")).toBe('"drawdown"');
  expect(wordsOf("to be or not to be")).toContain('"be"');
  expect(wordsOf("FY2018 revenue")).toBe('"fy2018" OR "fy" OR "2018" OR "revenue"');
  expect(wordsOf("?!")).toBeUndefined();
});

it("finds words with accents as the index keeps them, without", () => {
  expect(parseQuery("Black–Schölès naïve", "semantic").words).toEqual(["black", "scholes", "naive"]);
});

it("finds signs of scripts without spaces by each two that stand together, and marks them", () => {
  expect(parseQuery("設定を変更 apt", "semantic").anyStem).toBe(
    '"設 定" OR "定 を" OR "を 変" OR "変 更" OR "apt"',
  );
  expect(parseQuery('"設定を"', "exact").phrases).toBe('"設 定 を"');
  expect(parseQuery("が", "semantic").words).toEqual(["が"]);
  const text = "パッケージの設定を変更する。";
  const marked = highlightsOf(text, new Set(["設定", "定を"])).map(({ end, start }) =>
    text.slice(start, end),
  );
  expect(marked).toEqual(["設定を"]);
});

it("asks for quoted words in their order, function words too, and for all of the quotes", () => {
  expect(parseQuery('"the stop loss"', "exact").phrases).toBe('"the stop loss"');
  expect(parseQuery('"stop loss" with "take profit"', "exact").phrases).toBe('"stop loss" AND "take profit"');
  expect(parseQuery("the stop loss", "exact").phrases).toBe('"the stop loss"');
});

it("asks the index for a bounded number of words, also when one word has many runs", () => {
  const many = Array.from({ length: 900 }, (_, at) => `w${at}x`).join(" ");
  for (const query of ["a1".repeat(500), many]) {
    expect(parseQuery(query, "semantic").anyStem?.split(" OR ").length).toBeLessThanOrEqual(128);
    expect(parseQuery(query, "code").forms?.split(" OR ").length).toBeLessThanOrEqual(128);
  }
});

it("marks words in whatever form they stand, by offsets of the text as it is", () => {
  const text = "Crossovers: the naïve crossover of FY2018.";
  const stems = new Set(["crossover", "naive", "2018"].map(stemOf));
  const marked = highlightsOf(text, stems).map(({ end, start }) => text.slice(start, end));
  expect(marked).toEqual(["Crossovers", "naïve", "crossover", "FY2018"]);
});
