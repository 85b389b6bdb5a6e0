import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Chunk, chunkUnit, countWords, MAX_CHUNK_CHARS } from "../../../src/modules/library/chunk.ts";
import type { Heading, Unit } from "../../../src/modules/library/formats/document.ts";

function unit(text: string, headings: Heading[] = [], rest: Partial<Unit> = {}): Unit {
  return { index: 0, place: { page: 1 }, text, headings, ...rest };
}

/** Blocks as a reader makes them: headings and paragraphs with a blank line between. */
function unitOf(blocks: readonly { level?: number | undefined; text: string }[]): Unit {
  const headings: Heading[] = [];
  let text = "";
  for (const block of blocks) {
    if (text !== "") text += "\n\n";
    if (block.level !== undefined)
      headings.push({ level: block.level, title: block.text, start: text.length });
    text += block.text;
  }
  return unit(text, headings);
}

const sentence = (words: number, word = "word") =>
  `${Array.from({ length: words }, (_, at) => `${word}${at}`).join(" ")}.`;
const paragraph = (sentences: number, words = 20) =>
  Array.from({ length: sentences }, (_, at) => `S${at} ${sentence(words)}`).join(" ");

const words = fc.array(fc.stringMatching(/^[a-zA-Z0-9]{1,12}[.,;]?$/), { minLength: 1, maxLength: 150 });
const cjk = fc.array(fc.constantFrom(..."日本語の文章です。中文也一样𠀋𪜈、ー"), {
  minLength: 1,
  maxLength: 800,
});
const body = fc.oneof(
  words.map((list) => list.join(" ")),
  words.map((list) => list.join("\n")),
  cjk.map((list) => list.join("")),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 600 }),
  fc.integer({ min: 1, max: 9_000 }).map((length) => "x😀".repeat(length).slice(0, length)),
);
const block = fc.record({
  level: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 3 }),
  text: body,
});
const units = fc.array(block, { maxLength: 12 }).map((blocks) =>
  unitOf(
    blocks
      .map(({ level, text }) => ({
        level,
        text: (level === undefined ? text : text.slice(0, 60)).toWellFormed().trim(),
      }))
      .filter(({ text }) => text !== ""),
  ),
);

describe("every chunk of any unit", () => {
  const property = (check: (chunks: Chunk[], unit: Unit) => void) =>
    fc.assert(
      fc.property(units, (any) => {
        check(chunkUnit(any), any);
      }),
      { numRuns: 200 },
    );

  test("quotes the unit's own text at its place", () => {
    property((chunks, { text }) => {
      for (const chunk of chunks) expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
    });
  });

  test("is not empty, has no space around it, and stays within the character cap", () => {
    property((chunks) => {
      for (const { text } of chunks) {
        expect(text).toBe(text.trim());
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(MAX_CHUNK_CHARS);
      }
    });
  });

  test("stays within 300 words", () => {
    property((chunks) => {
      for (const { text } of chunks) expect(countWords(text)).toBeLessThanOrEqual(300);
    });
  });

  test("never parts a surrogate pair", () => {
    property((chunks) => {
      for (const { text } of chunks) expect(text.isWellFormed()).toBe(true);
    });
  });

  test("comes in order, and together they leave out white space only", () => {
    property((chunks, { text }) => {
      let covered = 0;
      for (const { start, end } of chunks) {
        expect(text.slice(covered, Math.max(covered, start)).trim()).toBe("");
        expect(end).toBeGreaterThan(covered);
        covered = end;
      }
      expect(text.slice(covered).trim()).toBe("");
    });
  });

  test("never reaches over a heading that has text before it", () => {
    property((chunks, { text, headings }) => {
      for (const { start, end } of chunks) {
        for (const [index, heading] of headings.entries()) {
          const before = headings[index - 1];
          const isBare =
            before && text.slice(before.start + before.title.length, heading.start).trim() === "";
          if (!isBare) expect(heading.start > start && heading.start < end).toBe(false);
        }
      }
    });
  });

  test("is the same at every call", () => {
    property((chunks, any) => {
      expect(chunkUnit(any)).toEqual(chunks);
    });
  });
});

describe("chunk size", () => {
  test("aims at 150 to 200 words in running text", () => {
    const chunks = chunkUnit(unit(Array.from({ length: 30 }, () => paragraph(3)).join("\n\n")));
    const sizes = chunks.slice(0, -1).map(({ text }) => countWords(text));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
  });

  test("ends at a paragraph where it can", () => {
    const text = [paragraph(8), paragraph(8), paragraph(8)].join("\n\n");
    const chunks = chunkUnit(unit(text));
    expect(chunks.map((chunk) => chunk.text)).toEqual(text.split("\n\n"));
  });

  test("ends at a sentence inside a long paragraph, though its lines are wrapped", () => {
    const text = paragraph(40).replace(/((?:\S+ ){9}\S+) /g, "$1\n");
    for (const chunk of chunkUnit(unit(text))) expect(chunk.text).toMatch(/^S\d+\s[\s\S]*\.$/);
  });

  test("gives a tiny rest to the passage before it", () => {
    const chunks = chunkUnit(unit(`${paragraph(8)}\n\nThe end.`));
    expect(chunks).toHaveLength(1);
  });

  test("cuts text without any structure into windows that overlap by a quarter", () => {
    const text = Array.from({ length: 600 }, (_, at) => `w${at}`).join(" ");
    const chunks = chunkUnit(unit(text));
    expect(chunks.map((chunk) => countWords(chunk.text)).slice(0, -1)).toEqual(
      chunks.slice(0, -1).map(() => 120),
    );
    const [first, second] = chunks;
    expect(second && first && countWords(text.slice(second.start, first.end))).toBe(30);
  });

  test("cuts a line without spaces at the character cap", () => {
    const chunks = chunkUnit(unit("a".repeat(10_000)));
    expect(chunks.map(({ text }) => text).join("")).toHaveLength(10_000);
    for (const { text } of chunks) expect(text.length).toBeLessThanOrEqual(MAX_CHUNK_CHARS);
  });

  test("cuts Japanese at its sentences", () => {
    const chunks = chunkUnit(
      unit("移動平均が交差したときに売買する規則は、最も古い戦略の一つである。".repeat(60)),
    );
    expect(chunks.length).toBeGreaterThan(3);
    for (const { text } of chunks) {
      expect(text.endsWith("。")).toBe(true);
      expect(text.length).toBeLessThanOrEqual(600);
    }
  });
});

describe("the heading over a chunk", () => {
  test("is the path of the headings in force", () => {
    const chunks = chunkUnit(
      unitOf([
        { level: 1, text: "Risk" },
        { text: "Intro." },
        { level: 2, text: "Volatility" },
        { text: "Moves." },
        { level: 2, text: "Drawdown" },
        { text: "Falls." },
        { level: 1, text: "Cost" },
        { text: "Fees." },
      ]),
    );
    expect(chunks.map(({ heading }) => heading)).toEqual([
      "Risk",
      "Risk > Volatility",
      "Risk > Drawdown",
      "Cost",
    ]);
  });

  test("keeps a heading without text with the deeper one that follows", () => {
    const chunks = chunkUnit(
      unitOf([{ level: 1, text: "Risk" }, { level: 2, text: "Volatility" }, { text: "Moves." }]),
    );
    expect(chunks).toEqual([
      { text: "Risk\n\nVolatility\n\nMoves.", start: 0, end: 24, heading: "Risk > Volatility" },
    ]);
  });

  test("begins with what stands above the unit", () => {
    const above = [
      { level: 1, title: "Book" },
      { level: 2, title: "Old" },
    ];
    const [first, second] = chunkUnit(
      unit("Text.\n\nNew\n\nMore.", [{ level: 2, title: "New", start: 7 }], { above }),
    );
    expect([first?.heading, second?.heading]).toEqual(["Book > Old", "Book > New"]);
  });

  test("names the chapter once, though its own heading has a number", () => {
    const place = { chapter: 3, heading: "Measuring risk" };
    const headings = [{ level: 1, title: "3 Measuring risk", start: 0 }];
    expect(chunkUnit(unit("3 Measuring risk\n\nText.", headings, { place }))[0]?.heading).toBe(
      "3 Measuring risk",
    );
    expect(chunkUnit(unit("Text.", [], { place }))[0]?.heading).toBe("Measuring risk");
  });
});

test("a unit of white space has no chunks", () => {
  expect(chunkUnit(unit(""))).toEqual([]);
  expect(chunkUnit(unit(" \n\n \t"))).toEqual([]);
});
