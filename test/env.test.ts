import { expect, it } from "vitest";
import { settingsOf } from "../src/env.ts";
import { matchOf } from "../src/modules/search/query.ts";
import { testEnv } from "./support/env.ts";

it("names a wrong secret and tells nothing of its value", () => {
  expect(() => settingsOf({ ...testEnv, SIGNING_KEYS: "s3cret-key" })).toThrow(/SIGNING_KEYS/);
  expect(() => settingsOf({ ...testEnv, SIGNING_KEYS: "s3cret-key" })).not.toThrow(/s3cret/);
});

it("asks the index for a bounded number of words, also when one word has many runs", () => {
  expect(matchOf("a1".repeat(500), "semantic")?.split(" OR ").length).toBeLessThanOrEqual(64);
});
