import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { countedSql } from "../../../../src/modules/search/index/counted-sql.ts";
import { COMPLETION_ROWS, Completions } from "../../../../src/modules/search/journal/completions.ts";
import { normalisedStart } from "../../../../src/modules/search/journal/policy.ts";
import type { SearchJournal } from "../../../../src/modules/search/journal/search-journal.ts";
import { newId } from "../../../../src/platform/ids.ts";
import { testEnv } from "../../../support/env.ts";
import { entry, newJournal } from "../../../support/journal.ts";

const [ann, bob, eve] = [newId("usr"), newId("usr"), newId("usr")];
const T = Date.now();

it("offers what at least two people asked, the most asked first, then the user's own", async () => {
  const { journal } = newJournal();
  for (const user of [ann, bob, eve]) await journal.note(entry({ user, query: "risk parity", at: T }));
  for (const user of [ann, bob]) await journal.note(entry({ user, query: "risk budget", at: T }));
  await journal.note(entry({ user: ann, query: "risk of ruin", at: T }));
  await journal.note(entry({ user: bob, query: "risk appetite of the boss", at: T }));
  expect(await journal.complete("Ri", ann, 8)).toEqual(["risk parity", "risk budget", "risk of ruin"]);
  expect(await journal.complete("risk ", eve, 8)).toEqual(["risk parity", "risk budget"]);
  expect(await journal.complete("risk", eve, 1)).toEqual(["risk parity"]);
  expect(await journal.complete("riskp", eve, 8)).toEqual([]);
});

it("offers nothing that never found anything, and what has found something since", async () => {
  const { journal } = newJournal();
  for (const user of [ann, bob]) await journal.note(entry({ user, query: "gamma squeeze", at: T, total: 0 }));
  expect(await journal.complete("gamma", ann, 8)).toEqual([]);
  await journal.note(entry({ user: bob, query: "gamma squeeze", at: T + 1 }));
  expect(await journal.complete("gamma", eve, 8)).toEqual(["gamma squeeze"]);
});

it("goes by the people of the last 30 days", async () => {
  const { journal } = newJournal();
  const DAY_MS = 86_400_000;
  for (const user of [ann, bob]) await journal.note(entry({ user, query: "pairs old", at: T }));
  await journal.note(entry({ user: ann, query: "pairs old", at: T + DAY_MS }));
  expect(await journal.complete("pairs", eve, 8)).toEqual(["pairs old"]);
  await journal.trends("1h", eve, 1, T + 30 * DAY_MS);
  expect(await journal.complete("pairs", eve, 8)).toEqual([]);
  expect(await journal.complete("pairs", ann, 8)).toEqual(["pairs old"]);
});

it("finds a query by a beginning that is longer than those that are kept", async () => {
  const { journal } = newJournal();
  const query = "volatility targeting with overlapping windows";
  for (const user of [ann, bob]) await journal.note(entry({ user, query, at: T }));
  expect(await journal.complete(query.slice(0, 30), eve, 8)).toEqual([query]);
  expect(await journal.complete("volatility targeting at", eve, 8)).toEqual([]);
});

it("takes what is typed as it stands, without signs for anything", async () => {
  const { journal } = newJournal();
  for (const user of [ann, bob]) {
    await journal.note(entry({ user, query: "100% invested", at: T }));
    await journal.note(entry({ user, query: "it's 😀 time", at: T }));
  }
  for (const none of ["", " ", "%", "_", "*", "1_0", "\u{10FFFF}"])
    expect(await journal.complete(none, eve, 8)).toEqual([]);
  expect(await journal.complete("100%", eve, 8)).toEqual(["100% invested"]);
  expect(await journal.complete("IT'S 😀", eve, 8)).toEqual(["it's 😀 time"]);
});

it("reads no more than its few rows, however much was asked", async () => {
  const { desk } = newJournal();
  const stub = testEnv.SEARCH_JOURNAL.getByName(desk) as DurableObjectStub<SearchJournal>;
  await runInDurableObject(stub, async (journal, { storage }) => {
    for (let n = 0; n < 300; n += 1) {
      const query = `momentum of the sector number ${n}`;
      await journal.note(entry({ user: ann, query, at: T + n }));
      if (n % 2 === 0) await journal.note(entry({ user: bob, query, at: T + n }));
      if (n % 50 === 0) await journal.note(entry({ user: eve, query, at: T + n }));
    }
    for (const typed of [
      "m",
      "momentum ",
      "momentum of the sector",
      "momentum of the sector number 29",
      "x",
    ]) {
      for (const user of [ann, bob, newId("usr")]) {
        const { rows, sql } = countedSql(storage.sql);
        const offered = new Completions(sql).complete(normalisedStart(typed), user, COMPLETION_ROWS);
        expect(rows(), typed).toBeLessThanOrEqual(COMPLETION_ROWS);
        if (typed === "x") expect(offered).toEqual([]);
        else if (user === ann) expect(offered.length, typed).toBeGreaterThan(0);
      }
    }
  });
});
