import { expect, it } from "vitest";
import { neighboursOf } from "../../../../src/modules/search/embeddings/neighbours.ts";
import { embeddingsOf } from "../../../../src/modules/search/embeddings/open.ts";
import { newId } from "../../../../src/platform/ids.ts";
import type { Log } from "../../../../src/platform/log.ts";
import { openPlatform } from "../../../../src/platform/platform.ts";
import { embeddingEnv } from "../../../support/embeddings/desk.ts";
import { type TestEnv, testEnv } from "../../../support/env.ts";
import { testPlatform } from "../../../support/platform.ts";

const platformOf = (env: TestEnv) => openPlatform(env, () => {});

function listeningLog(): { log: Log; warnings: string[] } {
  const warnings: string[] = [];
  const log: Log = { info() {}, warn: (message) => warnings.push(message), error() {}, with: () => log };
  return { log, warnings };
}

it("gives no neighbours and calls nothing where embeddings are switched off", async () => {
  const platform = testPlatform();
  const { log, warnings } = listeningLog();
  expect(await neighboursOf(platform, newId("dsk"), "modeldown", log)).toEqual([]);
  expect(warnings).toEqual([]);
  expect(Object.values(platform.cost).every((count) => count === 0)).toBe(true);
});

it("gives the neighbours with their scores, the nearest first", async () => {
  const platform = platformOf(embeddingEnv);
  const desk = newId("dsk");
  const [near, far] = [newId("chk"), newId("chk")];
  await embeddingsOf(platform).upsert(desk, [
    { id: far, text: "a venue reports fills" },
    { id: near, text: "the sizing of positions" },
  ]);
  const { log, warnings } = listeningLog();
  const found = await neighboursOf(platform, desk, "positions and the sizing of them", log);
  expect(found.map(({ id }) => id)).toEqual([near, far]);
  expect(found[0]?.score).toBeGreaterThan(0.5);
  expect(warnings).toEqual([]);
});

it("goes on without neighbours, and logs it, when the model fails", async () => {
  const { log, warnings } = listeningLog();
  expect(await neighboursOf(platformOf(embeddingEnv), newId("dsk"), "modeldown", log)).toEqual([]);
  expect(warnings).toEqual(["search goes on without embeddings"]);
});

it.each(["the model", "Vectorize"])("does not wait for %s longer than it may", async (silent) => {
  const VECTORIZE = new Proxy(testEnv.VECTORIZE, { get: () => () => new Promise(() => {}) });
  const env = { ...embeddingEnv, EMBEDDING_TIMEOUT_MS: "200" };
  const platform = platformOf(silent === "Vectorize" ? { ...env, VECTORIZE } : env);
  const { log, warnings } = listeningLog();
  const started = Date.now();
  const query = silent === "Vectorize" ? "anything" : "modelsilent";
  expect(await neighboursOf(platform, newId("dsk"), query, log)).toEqual([]);
  expect(Date.now() - started).toBeLessThan(2_000);
  expect(warnings).toEqual(["search goes on without embeddings"]);
});
