import { beforeAll, expect, it } from "vitest";
import { indexDocument, learnLibrary } from "../../../bench/search/library.ts";
import { mean, ndcg } from "../../../bench/search/metrics.ts";
import { searchDesk } from "../../../src/modules/search/search.ts";
import { newId } from "../../../src/platform/ids.ts";
import { testPlatform } from "../../support/platform.ts";
import { tradingCollection } from "../../support/search-collection.ts";

const desk = newId("dsk");
const platform = testPlatform();
beforeAll(async () => {
  await Promise.all(tradingCollection.documents.map((document) => indexDocument(platform, desk, document)));
  await learnLibrary(platform, desk);
}, 120_000);

/** The mean nDCG of the first ten passages over all queries of the collection. */
async function qualityOf(mode: "bm25" | "hybrid"): Promise<number> {
  const values: number[] = [];
  for (const { gains, text } of tradingCollection.queries) {
    const request = { query: text, intent: "semantic" as const, limit: 10, mode };
    const { results } = await searchDesk(platform, desk, request);
    const ranking = results.map((hit) => hit.document_id);
    values.push(ndcg(ranking, gains, 10));
  }
  return mean(values);
}

it("finds by words much of what people call relevant", async () => {
  const quality = await qualityOf("bm25");
  expect(quality).toBeGreaterThan(0.6);
});

it("finds by meaning and words at least what it finds by words alone", async () => {
  expect(await qualityOf("hybrid")).toBeGreaterThanOrEqual(await qualityOf("bm25"));
});
