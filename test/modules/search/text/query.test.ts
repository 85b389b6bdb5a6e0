import fc from "fast-check";
import { expect, it } from "vitest";
import { MARK_END, MARK_START, spansOf } from "../../../../src/modules/search/text/marks.ts";
import { matchOf } from "../../../../src/modules/search/text/query.ts";
import { anyText } from "./any-text.ts";

it("quotes every word, so that nothing typed is FTS5 syntax", () => {
  expect(matchOf('title:x* NEAR("a" b) AND ^c - "d', "semantic")).toBe(
    '"title" OR "x" OR "near" OR "b" OR "c" OR "d"',
  );
  fc.assert(
    fc.property(anyText, (query) => {
      const match = matchOf(query, "semantic");
      return match === undefined || /^"[\p{L}\p{N}_]+"( OR "[\p{L}\p{N}_]+")*$/u.test(match);
    }),
  );
});

it("drops function words unless nothing else was asked for, and splits letters from digits", () => {
  expect(matchOf("what is the drawdown of it", "semantic")).toBe('"drawdown"');
  expect(matchOf("to be or not to be", "semantic")).toContain('"be"');
  expect(matchOf("FY2018 revenue", "semantic")).toBe('"fy2018" OR "fy" OR "2018" OR "revenue"');
  expect(matchOf("?!", "semantic")).toBeUndefined();
});

it("asks for each quoted phrase with its words in their order, or for the whole query where none is quoted", () => {
  expect(matchOf('"the stop loss"', "exact")).toBe('"the stop loss"');
  expect(matchOf("the stop loss", "exact")).toBe('"the stop loss"');
  expect(matchOf('find "stop loss" and “take profit”', "exact")).toBe('"stop loss" AND "take profit"');
});

it("finds the spans of marked hits in the text without marks", () => {
  const words = fc.array(fc.record({ text: fc.stringMatching(/^[a-z ]{1,8}$/), hit: fc.boolean() }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(words, (parts) => {
      const plain = parts.map(({ text }) => text).join("");
      const marked = parts.map(({ hit, text }) => (hit ? MARK_START + text + MARK_END : text)).join("");
      const hits = parts.filter(({ hit }) => hit).map(({ text }) => text);
      expect(spansOf(marked).map(({ end, start }) => plain.slice(start, end))).toEqual(hits);
    }),
  );
});
