import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countedSql } from "../../../../src/modules/search/index/counted-sql.ts";
import { WINDOW_MS, WINDOWS, type Window } from "../../../../src/modules/search/journal/policy.ts";
import { JournalReadings } from "../../../../src/modules/search/journal/readings.ts";
import type { SearchJournal } from "../../../../src/modules/search/journal/search-journal.ts";
import type { AskedQuery, SearchEntry } from "../../../../src/modules/search/journal/types.ts";
import { newId, type UserId } from "../../../../src/platform/ids.ts";
import { testEnv } from "../../../support/env.ts";
import { entry, newJournal } from "../../../support/journal.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const [ann, bob, eve] = [newId("usr"), newId("usr"), newId("usr")];
const T = Date.now();

/** Calls the object from inside, without the cost of a call to it. */
const inJournal = async (desk: string, use: (journal: SearchJournal) => Promise<void>): Promise<void> => {
  const stub = testEnv.SEARCH_JOURNAL.getByName(desk) as DurableObjectStub<SearchJournal>;
  await runInDurableObject(stub, use);
};

const rowsIn = async (desk: string) =>
  await runInDurableObject(testEnv.SEARCH_JOURNAL.getByName(desk), (_, { storage: { sql } }) =>
    ["searches", "queries", "askers", "people", "completions"].map(
      (table) => sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n,
    ),
  );
const everyCell = async (desk: string) =>
  await runInDurableObject(testEnv.SEARCH_JOURNAL.getByName(desk), (_, { storage: { sql } }) =>
    JSON.stringify(
      ["searches", "queries", "askers", "people", "completions"].map((table) =>
        sql.exec(`SELECT * FROM ${table}`).toArray(),
      ),
    ),
  );

describe("trends", () => {
  it("let one person who searches a thousand times move a count by one", async () => {
    const { desk, journal } = newJournal();
    await inJournal(desk, async (inside) => {
      for (let n = 0; n < 1_000; n += 1) await inside.note(entry({ user: ann, query: "carry", at: T + n }));
    });
    for (const user of [bob, eve]) await journal.note(entry({ user, query: "momentum", at: T }));
    await journal.note(entry({ user: bob, query: "carry", at: T }));
    for (const window of WINDOWS) {
      const { queries } = await journal.trends(window, bob, 10, T + 1_000);
      expect(queries.map(({ query, users }) => [query, users])).toEqual([
        ["carry", 2],
        ["momentum", 2],
      ]);
    }
  });

  it("count queries that differ in case, spacing or compatible characters as one", async () => {
    const { journal } = newJournal();
    const spelled = ["Position  Sizing", " position\tsizing ", "ＰＯＳＩＴＩＯＮ sizing"];
    for (const [n, query] of spelled.entries())
      await journal.note(entry({ user: [ann, bob, eve][n] ?? ann, query, at: T + n }));
    expect((await journal.trends("1h", ann, 10, T + 10)).queries).toEqual([
      { query: "position sizing", users: 3, last_at: T + 2 },
    ]);
  });

  it("rank by people and then by how lately", async () => {
    const { journal } = newJournal();
    const asked: [string, UserId[], number][] = [
      ["old pair", [ann, bob], T],
      ["new pair", [ann, bob], T + 5],
      ["three", [ann, bob, eve], T + 1],
    ];
    for (const [query, users, at] of asked)
      for (const user of users) await journal.note(entry({ user, query, at }));
    const { queries } = await journal.trends("24h", ann, 2, T + 10);
    expect(queries.map(({ query }) => query)).toEqual(["three", "new pair"]);
  });

  it("show what one person asked to nobody else", async () => {
    const { journal } = newJournal();
    await journal.note(entry({ user: ann, query: "am i being fired", at: T, total: 0 }));
    await journal.note(entry({ user: ann, query: "shared", at: T + 1 }));
    await journal.note(entry({ user: bob, query: "shared", at: T + 2 }));
    const ofAnn = await journal.trends("1h", ann, 10, T + 10);
    expect(ofAnn.queries.map(({ query }) => query)).toEqual(["shared", "am i being fired"]);
    expect(ofAnn.no_hits).toEqual([{ query: "am i being fired", users: 1, last_at: T }]);
    const ofBob = await journal.trends("1h", bob, 10, T + 10);
    expect(ofBob.queries.map(({ query }) => query)).toEqual(["shared"]);
    expect(ofBob.no_hits).toEqual([]);
  });

  it.each(WINDOWS)("%s: hold a search until it is that old, and no longer", async (window) => {
    const { journal } = newJournal();
    for (const user of [ann, bob]) await journal.note(entry({ user, query: "vwap", at: T, total: 0 }));
    const until = T + WINDOW_MS[window];
    for (const [now, users] of [
      [T, 2],
      [until - 1, 2],
      [until, undefined],
      [until + 1, undefined],
    ] as const) {
      const { no_hits, queries } = await journal.trends(window, ann, 10, now);
      expect([queries[0]?.users, no_hits[0]?.users]).toEqual([users, users]);
    }
  });

  it("keep a person in the window who asks again, and let the others go", async () => {
    const { journal } = newJournal();
    for (const user of [ann, bob, eve]) await journal.note(entry({ user, query: "kelly", at: T }));
    for (const user of [ann, bob])
      await journal.note(entry({ user, query: "kelly", at: T + 30 * MINUTE_MS }));
    const users = async (window: Window, now: number) =>
      (await journal.trends(window, eve, 10, now)).queries[0]?.users;
    expect(await users("1h", T + 59 * MINUTE_MS)).toBe(3);
    expect(await users("1h", T + 61 * MINUTE_MS)).toBe(2);
    expect(await users("1h", T + 91 * MINUTE_MS)).toBeUndefined();
    expect(await users("24h", T + 91 * MINUTE_MS)).toBe(3);
    await journal.note(entry({ user: eve, query: "kelly", at: T + 92 * MINUTE_MS }));
    expect(await users("1h", T + 93 * MINUTE_MS)).toBe(1);
  });

  it("count in vain only who found nothing", async () => {
    const { journal } = newJournal();
    await journal.note(entry({ user: ann, query: "theta", at: T, total: 0 }));
    await journal.note(entry({ user: bob, query: "theta", at: T + 1, total: 0 }));
    await journal.note(entry({ user: eve, query: "theta", at: T + 2, total: 5 }));
    const { no_hits, queries } = await journal.trends("1h", eve, 10, T + 3);
    expect(queries).toEqual([{ query: "theta", users: 3, last_at: T + 2 }]);
    expect(no_hits).toEqual([{ query: "theta", users: 2, last_at: T + 1 }]);
  });

  it("of one desk know nothing of another's", async () => {
    const [here, there] = [newJournal(), newJournal()];
    for (const user of [ann, bob]) await here.journal.note(entry({ user, query: "secret", at: T }));
    expect((await there.journal.trends("30d", ann, 10, T + 1)).queries).toEqual([]);
    expect(await there.journal.complete("sec", ann, 8)).toEqual([]);
    expect((await there.journal.analyse("30d", T + 1)).figures.searches).toBe(0);
  });
});

describe("readings", () => {
  it("read what they show and a row per person, however much was searched", async () => {
    const { desk } = newJournal();
    const stub = testEnv.SEARCH_JOURNAL.getByName(desk) as DurableObjectStub<SearchJournal>;
    const LIMIT = 20;
    await runInDurableObject(stub, async (journal, { storage }) => {
      for (let n = 0; n < 600; n += 1) {
        const user = n % 3 === 0 ? bob : ann;
        await journal.note(entry({ user, query: `words ${n % 500}`, at: T + n, total: n % 2 }));
      }
      for (const window of WINDOWS) {
        const { rows, sql } = countedSql(storage.sql);
        const readings = new JournalReadings(sql);
        for (const user of [ann, bob, eve]) {
          const before = rows();
          readings.trends(window, 0, user, LIMIT);
          // Of each kind: an index row and the query of each shared one, and as much again for each of one's own.
          expect(rows() - before).toBeLessThanOrEqual(2 * 4 * LIMIT);
        }
        const before = rows();
        readings.mostAsked(window);
        expect(rows() - before).toBeLessThanOrEqual(2 * 2 * LIMIT + 2);
        const people = rows();
        readings.activeUsers(window);
        expect(rows() - people).toBeLessThanOrEqual(2 * 2 + 2);
      }
    });
  });
});

describe("the journal", () => {
  it("keeps nothing of a search for longer than 30 days, by its alarm alone", async () => {
    const { desk, journal } = newJournal();
    const old = T - 30 * DAY_MS - 1;
    for (const user of [ann, bob]) await journal.note(entry({ user, query: "oldest words", at: old }));
    await runDurableObjectAlarm(testEnv.SEARCH_JOURNAL.getByName(desk));
    expect(await rowsIn(desk)).toEqual([0, 0, 0, 0, 0]);
    expect((await journal.analyse("30d", T)).figures).toMatchObject({ searches: 0, queries: 0, users: 0 });
  });

  it("keeps by its alarm what is younger, and comes back for it", async () => {
    const { desk, journal } = newJournal();
    await journal.note(entry({ user: ann, query: "young", at: T - 30 * DAY_MS + HOUR_MS }));
    await runDurableObjectAlarm(testEnv.SEARCH_JOURNAL.getByName(desk));
    expect((await rowsIn(desk))[0]).toBe(1);
    const next = await runInDurableObject(testEnv.SEARCH_JOURNAL.getByName(desk), (_, { storage }) =>
      storage.getAlarm(),
    );
    expect(next).toBe(T + HOUR_MS + 10 * MINUTE_MS);
  });

  it("forgets a person: no trace of who they were or what they alone asked, and the numbers stay", async () => {
    const { desk, journal } = newJournal();
    await journal.note(entry({ user: ann, query: "alone", at: T, total: 0 }));
    for (const user of [ann, bob, eve]) await journal.note(entry({ user, query: "shared words", at: T + 1 }));
    await journal.forget(ann);
    const left = await everyCell(desk);
    expect(left).not.toContain(ann);
    expect(left).not.toContain("alone");
    for (const window of WINDOWS) {
      const { active_users, figures, no_hits, queries } = await journal.analyse(window, T + 2);
      expect(figures).toMatchObject({ searches: 4, missed: 1, queries: 1, users: 2 });
      expect(queries).toEqual([{ query: "shared words", users: 2, last_at: T + 1 }]);
      expect(no_hits).toEqual([]);
      expect(active_users.map(({ user }) => user).sort()).toEqual([bob, eve].sort());
    }
    await journal.forget(bob);
    expect(await journal.complete("shared", ann, 8)).toEqual([]);
    expect(await journal.complete("shared", eve, 8)).toEqual(["shared words"]);
    expect((await journal.analyse("30d", T + 30 * DAY_MS + 2)).figures).toMatchObject({
      searches: 0,
      users: 0,
    });
    expect(await rowsIn(desk)).toEqual([0, 0, 0, 0, 0]);
  });

  it("forgets nobody else's searches with a person's", async () => {
    const { journal } = newJournal();
    await journal.note(entry({ user: bob, query: "his own", at: T }));
    await journal.forget(ann);
    expect((await journal.trends("1h", bob, 10, T + 1)).queries.map(({ query }) => query)).toEqual([
      "his own",
    ]);
  });

  it("takes searches in any order and counts as a plain look through the log would", async () => {
    const noted = fc.record({
      intent: fc.constantFrom("exact" as const, "code" as const),
      mode: fc.constantFrom("hybrid" as const, "bm25" as const),
      user: fc.constantFrom(ann, bob, eve),
      query: fc.constantFrom("a", "b", "c d"),
      total: fc.constantFrom(0, 2),
      cached: fc.boolean(),
      took_ms: fc.nat(5_000),
      at: fc.nat(40 * 24).map((hours) => T + hours * HOUR_MS),
    });
    const looks = fc.array(fc.tuple(fc.array(noted, { maxLength: 8 }), fc.constantFrom(...WINDOWS)), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(looks, async (rounds) => {
        const { desk } = newJournal();
        await inJournal(desk, (journal) => walk(journal, rounds));
      }),
      { numRuns: 40 },
    );
  });
});

/** Holds each reading against the log that it should come from. */
async function walk(journal: SearchJournal, rounds: [SearchEntry[], Window][]): Promise<void> {
  const log: SearchEntry[] = [];
  let now = T;
  for (const [searches, window] of rounds) {
    for (const fields of searches) {
      // As late as it comes, a search is never from before what has left the longest window.
      const search = { ...fields, at: Math.max(fields.at, now) };
      log.push(search);
      await journal.note(search);
    }
    now = Math.max(now, ...log.map(({ at }) => at));
    const inWindow = log.filter(({ at }) => at > now - WINDOW_MS[window]);
    const { figures, no_hits, queries } = await journal.analyse(window, now);
    expect(figures).toMatchObject({
      searches: inWindow.length,
      missed: inWindow.filter(({ total }) => total === 0).length,
      cached: inWindow.filter(({ cached }) => cached).length,
      took_ms: inWindow.reduce((sum, { took_ms }) => sum + took_ms, 0),
      queries: new Set(inWindow.map(({ query }) => query)).size,
      users: new Set(inWindow.map(({ user }) => user)).size,
    });
    expect(inOrder(queries)).toEqual(ranked(inWindow));
    expect(inOrder(no_hits)).toEqual(ranked(inWindow.filter(({ total }) => total === 0)));
  }
}

function ranked(searches: SearchEntry[]): AskedQuery[] {
  const asked = [...Map.groupBy(searches, ({ query }) => query)].map(([query, all]) => ({
    query,
    users: new Set(all.map(({ user }) => user)).size,
    last_at: Math.max(...all.map(({ at }) => at)),
  }));
  return inOrder(asked.sort((a, b) => b.users - a.users || b.last_at - a.last_at));
}

/** As they are but for ties, which are put in the order of the alphabet. */
const inOrder = (asked: AskedQuery[]): AskedQuery[] =>
  [...Map.groupBy(asked, ({ last_at, users }) => `${users} ${last_at}`).values()].flatMap((ties) =>
    ties.sort((a, b) => (a.query < b.query ? -1 : 1)),
  );
