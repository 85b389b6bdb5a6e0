import { expect, it } from "vitest";
import { AnswerCache } from "../../../../src/modules/search/index/answer-cache.ts";
import type { IndexAnswer, IndexQuery } from "../../../../src/modules/search/index/types.ts";
import { newId } from "../../../../src/platform/ids.ts";

const query = (at: number): IndexQuery => ({
  ...{ query: `heron ${at}`, intent: "semantic", confidence: 1, mode: "hybrid", filters: {}, limit: 100 },
  ...{ facets: false, neighbours: [] },
});

/** An answer of passages as long as they come, with every word of them marked. */
function answer(passages: number): IndexAnswer {
  const document_id = newId("doc");
  const text = "a ".repeat(2_000);
  const span = { start: 0, end: text.length };
  const hits = Array.from({ length: passages }, (_, index) => ({
    ...{ id: newId("chk"), index, text, document_id, document_version: 1, title: "Letters", bytes: span },
    ...{ locator: { page: 1, ...span }, highlights: new Array(2_000).fill(span), score: 1, parts: {} },
  }));
  return {
    ...{
      hits,
      total: passages,
      trained: false,
      cached: false,
      facets: undefined,
      suggestions: [],
      rows_read: 9,
    },
  };
}

it("keeps two hundred answers, and lets the one go that was not asked for the longest time", () => {
  const cache = new AnswerCache();
  for (let at = 0; at < 200; at += 1) cache.put(query(at), answer(0));
  expect(cache.get(query(0))).toMatchObject({ cached: true, rows_read: 0 });
  cache.put(query(200), answer(0));
  expect(cache.get(query(1))).toBeUndefined();
  expect(cache.get(query(0))).toBeDefined();
  cache.clear();
  expect(cache.get(query(0))).toBeUndefined();
});

it("holds no more than eight megabytes, whatever the answers are", () => {
  const cache = new AnswerCache();
  for (let at = 0; at < 20; at += 1) cache.put(query(at), answer(20)); // 2.2 MB each
  const kept = Array.from({ length: 20 }, (_, at) => cache.get(query(at)) !== undefined);
  expect(kept.lastIndexOf(false)).toBe(16);
  for (let n = 0; n < 9; n += 1) cache.put(query(19), answer(20));
  expect(cache.get(query(18)), "the same answer again takes no more room").toBeDefined();
  cache.put(query(20), answer(100));
  expect(cache.get(query(20)), "an answer that alone is too large").toBeUndefined();
});
