import { expect, it } from "vitest";
import { call, newAccount, uploadAndProcess } from "../../support/desk.ts";

it("finds a sentence of an uploaded document by search, with the place that it quotes", async () => {
  const { access_token: token } = await newAccount();
  const text =
    "# Risk\n\nRisk one percent of equity per trade.\n\n# Entries\n\nBuy the breakout of a quiet range.\n";
  const document = await uploadAndProcess(token, text, "rules.md");
  expect(document).toMatchObject({ status: "completed", title: "Risk" });
  const answer = await call("/v1/search", { token, json: { query: "breakout of a quiet range" } });
  const { results } = await answer.json<{
    results: { text: string; locator: unknown; highlights: unknown[] }[];
  }>();
  expect(results[0]?.text).toContain("Buy the breakout");
  expect(results[0]?.locator).toMatchObject({ heading: "Entries" });
  expect(results[0]?.highlights.length).toBeGreaterThan(0);
});
