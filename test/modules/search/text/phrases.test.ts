import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotedPhrases } from "../../../../src/modules/search/text/phrases.ts";
import { anyText } from "./any-text.ts";

const QUOTES = "\"'“”„‘’‚«»‹›「」『』";
const text = fc.string({ unit: fc.constantFrom(..."ab é1 ", ...QUOTES), maxLength: 60 });
const lettersOf = (given: string) => (given.match(/[\p{L}\p{N}]/gu) ?? []).sort().join("");

describe("quoted phrases", () => {
  it.each([
    ['"stop loss"', ["stop loss"], ""],
    ["“stop loss” orders", ["stop loss"], "orders"],
    ["„stille Reserven“ und „Abschreibung”", ["stille Reserven", "Abschreibung"], "und"],
    ["»stille Reserven«", ["stille Reserven"], ""],
    ["« la main invisible » de Smith", ["la main invisible"], "de Smith"],
    ["‘animal spirits’ and 'herding'", ["animal spirits", "herding"], "and"],
    ["「裁定取引」 とは", ["裁定取引"], "とは"],
    ['""stop loss""', ["stop loss"], '" "'],
  ])("of %s are found, the rest beside them", (query, phrases, rest) => {
    expect(quotedPhrases(query)).toEqual({ phrases, rest });
  });

  it.each([
    'the "stop loss',
    "don't fight the fed, it's the traders' rule",
    'a 3.5" floppy or a 5" disk',
    '"" or nothing',
    "df['close'] and row[\"open\"]",
    "‘the shareholders’s",
  ])("are not opened by marks that quote nothing: %s", (query) => {
    expect(quotedPhrases(query)).toEqual({ phrases: [], rest: query });
  });

  it("keep an apostrophe within", () => {
    expect(quotedPhrases("'the trader's edge'").phrases).toEqual(["the trader's edge"]);
    expect(quotedPhrases("‘the trader’s edge’").phrases).toEqual(["the trader’s edge"]);
  });

  it("lose no letter and no digit of any query", () => {
    fc.assert(
      fc.property(fc.oneof(text, anyText), (query) => {
        const { phrases, rest } = quotedPhrases(query);
        expect(lettersOf([...phrases, rest].join(""))).toBe(lettersOf(query));
        expect(phrases.every((phrase) => query.includes(phrase) && phrase.trim() !== "")).toBe(true);
      }),
    );
  });

  it("are eight at most, and none in any number of quotes that nothing stands between", () => {
    expect(quotedPhrases('"a" '.repeat(50))).toEqual({
      phrases: Array(8).fill("a"),
      rest: '"a" '.repeat(42).trim(),
    });
    for (const quote of QUOTES) expect(quotedPhrases(` ${quote}`.repeat(20_000)).phrases).toEqual([]);
  });
});
