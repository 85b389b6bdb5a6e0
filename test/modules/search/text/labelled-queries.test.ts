import { describe, expect, it } from "vitest";
import { detectIntent } from "../../../../src/modules/search/text/intent.ts";
import { INTENTS } from "../../../../src/modules/search/text/intents.ts";
import { LABELLED_QUERIES } from "./labelled-queries.ts";

const labelled = INTENTS.flatMap((intent) =>
  LABELLED_QUERIES[intent].map((query) => ({ query, intent, detected: detectIntent(query).intent })),
);
const mistakes = labelled.filter(({ detected, intent }) => detected !== intent);

describe("the labelled queries", () => {
  it("are enough to measure by, each once", () => {
    expect(new Set(labelled.map(({ query }) => query)).size).toBe(labelled.length);
    expect(labelled.length).toBeGreaterThanOrEqual(150);
    for (const intent of INTENTS) expect(LABELLED_QUERIES[intent].length).toBeGreaterThanOrEqual(20);
  });

  it("are told apart in nine of ten", () => {
    expect(mistakes.length, JSON.stringify(mistakes)).toBeLessThanOrEqual(labelled.length / 10);
  });

  it.each(INTENTS)("are told apart in four of five of those for %s, and of those said to be so", (intent) => {
    const right = labelled.filter((query) => query.intent === intent && query.detected === intent).length;
    const said = labelled.filter(({ detected }) => detected === intent).length;
    expect(right / LABELLED_QUERIES[intent].length).toBeGreaterThanOrEqual(0.8);
    expect(right / said).toBeGreaterThanOrEqual(0.8);
  });
});
