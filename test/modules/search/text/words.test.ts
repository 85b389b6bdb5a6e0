import { expect, it } from "vitest";
import { wordsOf } from "../../../../src/modules/search/text/words.ts";

it("leave out accents, and the vowel signs of scripts that are mostly written without", () => {
  expect(wordsOf("Volatilität NAÏVE e\u0301tude đ ế İ")).toEqual([
    "volatilitat",
    "naive",
    "etude",
    "đ",
    "e",
    "i",
  ]);
  expect(wordsOf("Τιμή Ά")).toEqual(["τιμη", "α"]);
  expect(wordsOf("سُوق שׁוּק")).toEqual(["سوق", "שוק"]);
});

it("keep what makes another letter or another word", () => {
  expect(wordsOf("Трейдинг ёлка")).toEqual(["трейдинг", "ёлка"]);
  expect(wordsOf("ゴールデンクロス")).toEqual(["ゴールデンクロス"]);
  expect(wordsOf("हिन्दी शेयर बाज़ार")).toEqual(["हिन्दी", "शेयर", "बाज़ार".normalize("NFC")]);
  expect(wordsOf("한국 ราคา")).toEqual(["한국", "ราคา"]);
});
