import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, isDoubtful, Spelling } from "../../../../src/modules/search/text/spelling.ts";
import { typedWords } from "../../../../src/modules/search/text/typed-words.ts";
import { WordList } from "../../../../src/modules/search/text/word-list.ts";

const listOf = (counts: Record<string, number>) =>
  new WordList(
    Object.entries(counts)
      .map(([word, count]) => `${word} ${count}`)
      .sort(),
  );
const corrections = (counts: Record<string, number>, word: string) =>
  new Spelling(listOf(counts)).corrections(word, 5).map((one) => one.word);

/** The same distance by its definition, cell by cell. */
function wholeDistance(a: string, b: string): number {
  const cells = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number) => cells[i]?.[j] ?? Number.NaN;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const row = cells[i];
      if (row === undefined) continue;
      row[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : 99,
      );
    }
  }
  return at(a.length, b.length);
}

describe("the distance of two words", () => {
  it("is that of the definition as far as it was asked for", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "é"), maxLength: 9 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 3 }), (a, b, most) => {
        expect(editDistance(a, b, most)).toBe(Math.min(wholeDistance(a, b), most + 1));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a correction", () => {
  it("is one edit away from a short word and two from a long one", () => {
    expect(corrections({ hedge: 5, volatility: 5 }, "hegde")).toEqual(["hedge"]);
    expect(corrections({ hedge: 5 }, "heddge")).toEqual(["hedge"]);
    expect(corrections({ hedging: 5 }, "hedgngi")).toEqual([]);
    expect(corrections({ volatility: 5 }, "volitillity")).toEqual(["volatility"]);
    expect(corrections({ volatility: 5 }, "voltitilty")).toEqual([]);
    expect(corrections({ bond: 5 }, "bnd")).toEqual([]);
  });

  it("is the nearest word first, then one with the same first letter, then the commonest", () => {
    expect(corrections({ margin: 2, margins: 9 }, "margn")).toEqual(["margin"]);
    expect(corrections({ strategic: 3, strategies: 50, strategy: 4 }, "strategys")).toEqual([
      ...["strategy", "strategies", "strategic"],
    ]);
    expect(corrections({ bender: 90, render: 3, lender: 80, rendez: 1 }, "rendor")).toEqual(["render"]);
    expect(corrections({ pricer: 2, prices: 30, pricey: 1, brices: 99 }, "pricez")).toEqual([
      ...["prices", "pricer", "pricey"],
    ]);
  });

  it("finds another first letter where nothing else is near", () => {
    expect(corrections({ hedge: 5 }, "jedge")).toEqual(["hedge"]);
    expect(corrections({ pledge: 9, hedges: 2 }, "hledge")).toEqual(["pledge"]);
  });

  it("is not made of a word that the library has often, nor of function words, numbers and names with digits", () => {
    expect(corrections({ beta: 3, betas: 900 }, "beta")).toEqual([]);
    expect(corrections({ thin: 900, thus: 900 }, "this")).toEqual([]);
    expect(corrections({ fy2019: 900 }, "fy2018")).toEqual([]);
    expect(isDoubtful("q".repeat(41), listOf({}))).toBe(false);
  });

  it("takes the place of a rare word only where it is ten times as common", () => {
    expect(corrections({ postion: 2, position: 21 }, "postion")).toEqual(["position"]);
    expect(corrections({ postion: 2, position: 20 }, "postion")).toEqual([]);
  });

  it("is found within milliseconds among 60,000 words", () => {
    const words = fc.sample(
      fc.string({ unit: fc.constantFrom(..."etaoinshrdlucmfwyp"), minLength: 3, maxLength: 14 }),
      {
        numRuns: 60_000,
        seed: 7,
      },
    );
    const spelling = new Spelling(
      new WordList([...new Set([...words, "volatility"])].sort().map((word) => `${word} 9`)),
    );
    const started = performance.now();
    for (let n = 0; n < 20; n += 1)
      expect(spelling.corrections("volatillity", 3)[0]?.word).toBe("volatility");
    const each_ms = (performance.now() - started) / 20;
    console.info(`a correction among 60,000 words: ${each_ms.toFixed(2)} ms`);
    expect(each_ms).toBeLessThan(50);
  });
});

describe("a word that is two", () => {
  it("is cut where both parts are words of the library, the commoner pair first", () => {
    const spelling = new Spelling(listOf({ stop: 9, loss: 7, sto: 1, ploss: 1, take: 3 }));
    expect(spelling.splits("stoploss", 2)).toEqual(["stop loss", "sto ploss"]);
    expect(spelling.splits("takeprofit", 2)).toEqual([]);
  });
});

describe("the words that were typed", () => {
  it("stand where they stood, in the form that the index keeps", () => {
    const query = '"Naïve postion", (Schölès)';
    const found = typedWords(query);
    expect(found.map(({ word }) => word)).toEqual(["naive", "postion", "scholes"]);
    expect(found.map(({ end, start }) => query.slice(start, end))).toEqual(["Naïve", "postion", "Schölès"]);
  });

  it("are no parts of names from programs", () => {
    expect(typedWords("use `np.wehre` and move_avrage() now").map(({ word }) => word)).toEqual([
      "use",
      "and",
      "now",
    ]);
  });
});
