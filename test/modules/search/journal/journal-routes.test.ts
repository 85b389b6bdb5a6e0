import { beforeEach, describe, expect, it } from "vitest";
import { search } from "../../../../src/modules/search/search.ts";
import { problemOf } from "../../../support/answers.ts";
import { contextOfOwner } from "../../../support/context.ts";
import { type Account, call, newAccount, uploadAndProcess } from "../../../support/desk.ts";
import { testEnv } from "../../../support/env.ts";
import { type Asked, entry, journalFor, trending, userId } from "../../../support/journal.ts";
import { join, tokenOn } from "../../../support/members.ts";
import { search as searchBy } from "../../../support/search.ts";

interface Analytics {
  window: string;
  from: string;
  to: string;
  searches: number;
  unique_queries: number;
  users: number;
  took_ms: { mean: number; p50: number; p95: number } | null;
  no_hits: number;
  no_hit_rate: number | null;
  cached: number;
  cache_hit_rate: number | null;
  intents: { intent: string; searches: number }[];
  modes: { mode: string; searches: number }[];
  hours: { hour: number; searches: number }[];
  top_queries: Asked[];
  no_hit_queries: Asked[];
  active_users: { user_id: string; searches: number }[];
  storage: { documents: number; chunks: number; index_bytes: number; journal_bytes: number };
}

const HOUR_MS = 3_600_000;
let owner: Account;
beforeEach(async () => {
  owner = await newAccount();
});

const analytics = async (of: Account, query: Record<string, string> = {}) =>
  await (
    await call(`/v1/search/analytics?${new URLSearchParams(query)}`, { token: of.access_token })
  ).json<Analytics>();

describe("a search", () => {
  it("is noted once it has been answered, with what it found", async () => {
    await uploadAndProcess(owner.access_token, "# Notes\n\nThe contango of crude.\n", "notes.md");
    await searchBy(owner.access_token, { query: "Contango" });
    await searchBy(owner.access_token, { query: "backwardation", mode: "bm25" });
    const { no_hits, queries } = await trending(owner.access_token);
    expect(queries.map(({ query }) => query)).toEqual(["backwardation", "contango"]);
    expect(no_hits.map(({ query, users }) => [query, users])).toEqual([["backwardation", 1]]);
    const { modes, storage } = await analytics(owner);
    expect(storage).toMatchObject({ documents: 1, chunks: 1 });
    expect(Math.min(storage.index_bytes, storage.journal_bytes)).toBeGreaterThan(0);
    expect(modes).toEqual([
      { mode: "bm25", searches: 1 },
      { mode: "hybrid", searches: 1 },
    ]);
  });

  it("is whole without the journal, whichever way that fails", async () => {
    const context = await contextOfOwner(owner);
    const stub = testEnv.SEARCH_JOURNAL.getByName(owner.desk_id);
    const ways = [
      () => {
        throw new Error("no such binding");
      },
      () =>
        new Proxy(stub, {
          get: (target, name) =>
            name === "note"
              ? () => Promise.reject(new Error("the object is overloaded"))
              : Reflect.get(target, name, target),
        }),
    ];
    for (const getByName of ways) {
      const journal = new Proxy(testEnv.SEARCH_JOURNAL, {
        get: (target, name) => (name === "getByName" ? getByName : Reflect.get(target, name, target)),
      });
      const deferred: Promise<unknown>[] = [];
      const answer = await search(
        {
          ...context,
          db: context.db,
          env: { ...testEnv, SEARCH_JOURNAL: journal },
          defer: (work) => deferred.push(work),
        },
        { query: "anything", limit: 5 },
      );
      expect(answer).toMatchObject({ query: "anything", results: [], total: 0 });
      expect(deferred).toHaveLength(1);
      await expect(deferred[0]).rejects.toThrow(/binding|overloaded/);
      const shown = await call("/v1/search", {
        token: owner.access_token,
        json: { query: "anything" },
        env: { SEARCH_JOURNAL: journal },
      });
      expect(shown.status).toBe(200);
    }
    expect((await trending(owner.access_token)).queries).toEqual([]);
  });

  it("in a borrowed view is not noted as the lender's", async () => {
    const context = await contextOfOwner(owner);
    const deferred: Promise<unknown>[] = [];
    await search(
      { ...context, db: context.db, impersonator: context.actor, defer: (work) => deferred.push(work) },
      { query: "what the support looked for", limit: 5 },
    );
    expect(deferred).toEqual([]);
  });
});

describe("GET /v1/search/trending", () => {
  it("shows each member what they share and what is theirs alone", async () => {
    const mate = await newAccount();
    await join(mate, owner, "viewer");
    const token = await tokenOn(mate, owner.desk_id);
    for (let n = 0; n < 3; n += 1) await searchBy(owner.access_token, { query: "margin calls" });
    await searchBy(token, { query: "Margin  calls" });
    await searchBy(token, { query: "leaving the desk" });
    const ours = await trending(owner.access_token, { window: "1h" });
    expect(ours.queries.map(({ query, users }) => [query, users])).toEqual([["margin calls", 2]]);
    const theirs = await trending(token, { window: "1h" });
    expect(theirs.queries.map(({ query, users }) => [query, users])).toEqual([
      ["margin calls", 2],
      ["leaving the desk", 1],
    ]);
    expect((await trending(token, { window: "1h", limit: "1" })).queries).toHaveLength(1);
  });

  it("shows no query of another desk", async () => {
    const stranger = await newAccount();
    await searchBy(owner.access_token, { query: "our own secret" });
    expect(await trending(stranger.access_token, { window: "30d" })).toEqual({
      window: "30d",
      queries: [],
      no_hits: [],
    });
  });

  it("refuses windows and limits that are none", async () => {
    for (const query of ["window=2h", "window=", "limit=0", "limit=101", "limit=x"]) {
      const answer = await call(`/v1/search/trending?${query}`, { token: owner.access_token });
      expect(answer.status, query).toBe(422);
      expect((await problemOf(answer)).code).toBe("request.invalid");
    }
  });
});

describe("GET /v1/search/analytics", () => {
  it("tells of a known log what it comes to", async () => {
    const mate = await newAccount();
    await join(mate, owner, "user");
    const [a, b] = [userId(owner.user_id), userId(mate.user_id)];
    const journal = journalFor(owner.desk_id);
    const now = Date.now();
    const at = now - 2 * HOUR_MS;
    const log = [
      entry({ user: a, query: "alpha", at, took_ms: 10 }),
      entry({ user: a, query: "Alpha", at: at + 1, took_ms: 20, cached: true }),
      entry({ user: b, query: "alpha", at: at + 2, took_ms: 30, intent: "exact" }),
      entry({ user: b, query: "beta", at: at + 3, took_ms: 1_000, total: 0, mode: "bm25" }),
    ];
    for (const search of log) await journal.note(search);
    const found = await analytics(owner, { window: "24h" });
    expect(found).toMatchObject({
      window: "24h",
      ...{ searches: 4, unique_queries: 2, users: 2 },
      ...{ no_hits: 1, no_hit_rate: 0.25, cached: 1, cache_hit_rate: 0.25 },
      intents: [
        { intent: "semantic", searches: 3 },
        { intent: "exact", searches: 1 },
      ],
      modes: [
        { mode: "hybrid", searches: 3 },
        { mode: "bm25", searches: 1 },
      ],
      top_queries: [
        { query: "alpha", users: 2, last_at: new Date(at + 2).toISOString() },
        { query: "beta", users: 1, last_at: new Date(at + 3).toISOString() },
      ],
      no_hit_queries: [{ query: "beta", users: 1, last_at: new Date(at + 3).toISOString() }],
      active_users: [a, b].sort().map((user_id) => ({ user_id, searches: 2 })),
    });
    expect(Date.parse(found.to) - Date.parse(found.from)).toBe(24 * HOUR_MS);
    expect(found.took_ms?.mean).toBe(265);
    expect(Math.abs((found.took_ms?.p50 ?? 0) - 20)).toBeLessThanOrEqual(3);
    expect(Math.abs((found.took_ms?.p95 ?? 0) - 1_000)).toBeLessThanOrEqual(100);
    expect(found.hours).toHaveLength(24);
    const busy = found.hours.filter(({ searches }) => searches > 0);
    expect(busy).toEqual([{ hour: new Date(at).getUTCHours(), searches: 4 }]);
    expect(await analytics(owner, { window: "1h" })).toMatchObject({
      ...{ searches: 0, unique_queries: 0, users: 0, took_ms: null },
      ...{ no_hits: 0, no_hit_rate: null, cached: 0, cache_hit_rate: null },
      ...{ intents: [], modes: [], top_queries: [], no_hit_queries: [], active_users: [] },
    });
  });

  it("lists no more than twenty of anything", async () => {
    const journal = journalFor(owner.desk_id);
    const at = Date.now();
    for (let n = 0; n < 25; n += 1) {
      const user = userId(`usr_${String(n).padStart(32, "0")}`);
      await journal.note(entry({ user, query: `query ${n}`, at, total: 0 }));
    }
    const found = await analytics(owner, { window: "1h" });
    expect(found.searches).toBe(25);
    for (const list of [found.top_queries, found.no_hit_queries, found.active_users])
      expect(list).toHaveLength(20);
  });

  it("is for managers", async () => {
    const member = await newAccount("trader");
    const answer = await call("/v1/search/analytics", { token: member.access_token });
    expect(answer.status).toBe(403);
    expect((await problemOf(answer)).detail).toContain("analytics:read");
  });
});

it("forgets what somebody searched for when their account is deleted, on every desk that they were on", async () => {
  const leaver = await newAccount();
  await join(leaver, owner, "user");
  const token = await tokenOn(leaver, owner.desk_id);
  await searchBy(token, { query: "their own words" });
  await searchBy(leaver.access_token, { query: "words at home" });
  expect((await analytics(owner)).top_queries).toHaveLength(1);
  const answer = await call("/v1/me", { method: "DELETE", token: leaver.access_token });
  expect(answer.status).toBe(204);
  expect(await analytics(owner)).toMatchObject({ searches: 1, users: 0, top_queries: [], active_users: [] });
  const home = await journalFor(leaver.desk_id).analyse("30d", Date.now());
  expect(home).toMatchObject({ queries: [], active_users: [] });
});
