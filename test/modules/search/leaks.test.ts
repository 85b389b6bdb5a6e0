import { beforeAll, describe, expect, it, vi } from "vitest";
import { indexOf } from "../../../src/modules/search/index/open.ts";
import type { IndexedDocument } from "../../../src/modules/search/index/types.ts";
import { learnTopics } from "../../../src/modules/search/train.ts";
import { encodeModel } from "../../../src/modules/search/vectors/lsa-format.ts";
import { isId, newId } from "../../../src/platform/ids.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { join, newColleague, tokenOn } from "../../support/members.ts";
import { testPlatform } from "../../support/platform.ts";
import { indexTexts, search } from "../../support/search.ts";

/** What stands in one desk's library alone: a word, a title, an author, a category, a tag, a language. */
const SECRET = {
  word: "zanzibarite",
  near: "heronette",
  title: "Qumranic ledger",
  author: "Ottoline Vane",
  category: "offbook",
  tag: "hushed",
  language: "eo",
  query: "quixotic straddle",
};
const TOPICS = [
  "heron wader reed marsh nest feather beak wing egret stork bittern lagoon plumage fledgling",
  "volatility variance option hedge gamma smile surface strike skew vega theta maturity premium payoff",
  "wheat harvest granary silo combine acre barley field plough furrow sheaf threshing bushel maize",
].map((words) => words.split(" "));

/** The same on both desks. */
const passages = (count: number, seed: number): string[] =>
  Array.from({ length: count }, (_, at) => {
    const words = TOPICS[(at + seed) % TOPICS.length] ?? [];
    const some = Array.from({ length: 6 }, (_, n) => words[(at * (n + 3) + n * n) % words.length]);
    return `${some.join(" ")} item${at}x${seed}`;
  });

async function train(desk: string): Promise<void> {
  if (!isId("dsk", desk)) throw new Error("no desk");
  const topics = await learnTopics(testPlatform(), desk);
  if (topics === undefined) throw new Error("no topics");
  const index = indexOf(testPlatform(), desk);
  const model = await index.offerTopics(encodeModel(topics));
  if (model === undefined) throw new Error("not taken");
  while ((await index.placeBlock(model)) !== "adopted");
}

async function library({ desk_id }: Account): Promise<IndexedDocument> {
  const shared = await indexTexts(desk_id, passages(220, 0), {
    ...{ title: "Birds and options", author: "Ada", category: "books", language: "en", tags: ["shared"] },
  });
  await train(desk_id);
  return shared;
}

let secretive: Account;
let other: Account;
let colleague: Account;
let theirs: IndexedDocument;
let own: IndexedDocument;
beforeAll(async () => {
  [secretive, other, colleague] = [await newAccount(), await newAccount(), await newAccount()];
  await indexTexts(secretive.desk_id, secretPassages(), {
    ...{ title: SECRET.title, author: SECRET.author, category: SECRET.category },
    ...{ language: SECRET.language, tags: [SECRET.tag] },
  });
  [theirs, own] = [await library(secretive), await library(other)];
  await settled(secretive);
  await settled(other);
}, 120_000);

const secretPassages = () =>
  passages(30, 7).map((text, at) => `${text} ${SECRET.word} ${SECRET.near} ${SECRET.word}${at}`);

/** Waits for the vocabulary that follows a change. */
async function settled({ access_token: token }: Account): Promise<void> {
  const completed = async () => await (await call("/v1/search/suggestions?prefix=volat", { token })).text();
  await vi.waitFor(async () => expect(await completed()).toContain("volatility"), {
    ...{ timeout: 10_000, interval: 100 },
  });
}

const QUERIES = [
  "heron in the marsh",
  "option gamma hedge",
  '"harvest granary"',
  SECRET.word,
  SECRET.near,
  `${SECRET.word.slice(0, -1)}`,
  "heronett",
  SECRET.title,
  SECRET.author,
  SECRET.query,
];
/** Each mode with the intents that are asked for in it; undefined is the one that is detected. */
const ASKED = {
  hybrid: ["code", "formula", "concept", "strategy", "exact", "semantic", undefined],
  bm25: ["exact", undefined],
  vector: [undefined],
};

/** What differs from call to call, or tells only of calls. */
const UNTIMED = (name: string, value: unknown) =>
  ["took_ms", "cached", "from", "to", "cache_hit_rate", "index_bytes", "journal_bytes"].includes(name)
    ? undefined
    : value;

const untimed = (answer: unknown): string => JSON.stringify(answer, UNTIMED);

async function text(path: string, token: string, json?: unknown): Promise<string> {
  const answer = await call(path, { token, ...(json !== undefined && { json }) });
  const body = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return `${answer.status} ${isJson ? untimed(JSON.parse(body)) : body}`;
}

/** All that the module answers to this desk, but for its journal: the same whenever the desk itself did nothing. */
async function answersOf(account: Account, document: IndexedDocument): Promise<Map<string, string>> {
  const token = account.access_token;
  const said = new Map<string, string>();
  const add = async (name: string, path: string, json?: unknown) =>
    said.set(name, await text(path, token, json));
  for (const query of QUERIES) {
    for (const [mode, intents] of Object.entries(ASKED)) {
      for (const intent of intents) {
        const asked = { query, mode, intent, explain: true, facets: true, limit: 100 };
        await add(`search ${query} ${mode} ${intent}`, "/v1/search", asked);
      }
    }
    const filters = { tags: [SECRET.tag], author: SECRET.author, category: SECRET.category };
    await add(`filtered ${query}`, "/v1/search", { query, filters });
  }
  for (const prefix of ["zan", "heronet", "Qum", "qumranic led", "quix", "volat", "Birds"])
    await add(`suggest ${prefix}`, `/v1/search/suggestions?${new URLSearchParams({ prefix, limit: "10" })}`);
  for (const format of ["csv", "json"]) {
    const query = new URLSearchParams({ query: "heron wader", format, limit: "10000" });
    await add(`export ${format}`, `/v1/search/export?${query}`);
  }
  const xlsx = await call("/v1/search/export?query=heron+wader&format=xlsx", { token });
  said.set("export xlsx", Buffer.from(await xlsx.arrayBuffer()).toString("latin1"));
  const { results } = await search(token, { query: "heron", filters: { document_ids: [document.id] } });
  for (const { id } of results.slice(0, 3))
    await add(`similar ${id}`, `/v1/search/similar/${id}?document=any&limit=50`);
  return said;
}

const secrets = Object.values(SECRET).flatMap((secret) =>
  secret.length > 2 ? [secret, secret.toLowerCase()] : [],
);

/** What was asked stands in the answer, so it is taken out before the secret is looked for. */
function found(answer: string): string {
  const asked = [...QUERIES, ...QUERIES.map((query) => query.toLowerCase())].toSorted(
    (a, b) => b.length - a.length,
  );
  return asked.reduce((left, query) => left.replaceAll(`"query":${JSON.stringify(query)}`, ""), answer);
}

const leaks = (answer: string): string[] =>
  [...secrets, secretive.desk_id, secretive.user_id, theirs.id].filter((one) => found(answer).includes(one));

describe("a desk whose library is nearly another's", { timeout: 90_000 }, () => {
  it("finds nothing of what the other one alone has, by any way in", async () => {
    const seen = await answersOf(other, own);
    expect(seen.size).toBeGreaterThan(100);
    for (const [name, answer] of seen) {
      expect(answer, name).toMatch(name.startsWith("export xlsx") ? /^PK/ : /^200 /);
      expect(leaks(answer), name).toEqual([]);
    }
    const hits = await search(secretive.access_token, { query: SECRET.word, facets: true });
    expect(hits.results.length, "the secret can be found by its owner").toBeGreaterThan(0);
    expect(leaks(untimed(hits))).toContain(SECRET.author);
  });

  it("has the same ids, counts and scores, whatever the other one asks, votes, uploads and deletes", async () => {
    const before = await answersOf(other, own);
    const token = secretive.access_token;
    const { results } = await search(token, { query: "heron in the marsh" });
    for (const { id } of results.slice(0, 5)) {
      const vote = { query: "heron in the marsh", chunk_id: id, rating: 1 };
      expect((await call("/v1/search/feedback", { token, json: vote })).status).toBe(204);
    }
    const added = await indexTexts(secretive.desk_id, [...passages(120, 3), `${SECRET.query} hedge`], {
      title: "Birds and options",
    });
    await train(secretive.desk_id);
    const index = indexOf(testPlatform(), theirDesk());
    await index.remove(added.id);
    const job = newId("job");
    await index.openRebuild(job);
    while (!(await index.finishRebuild(job, 5)));
    expect(Object.fromEntries(await answersOf(other, own))).toEqual(Object.fromEntries(before));
  });

  it("keeps its journal apart: trends, analytics and past queries", async () => {
    await indexTexts(secretive.desk_id, [`${SECRET.query} of a heron`]);
    await join(colleague, secretive, "viewer");
    const shared = await tokenOn(colleague, secretive.desk_id);
    for (const token of [secretive.access_token, shared]) {
      await search(token, { query: SECRET.query });
      await search(token, { query: `${SECRET.query} unfindably`, filters: { author: "nobody" } });
    }
    const ways = [
      ...["1h", "24h", "7d", "30d"].flatMap((window) => [
        `/v1/search/trending?window=${window}&limit=100`,
        `/v1/search/analytics?window=${window}`,
      ]),
      "/v1/search/suggestions?prefix=quix",
    ];
    const before = new Map<string, string>();
    for (const path of ways) {
      const [mine, hidden] = [await text(path, other.access_token), await text(path, secretive.access_token)];
      expect(hidden, path).toContain(SECRET.query);
      expect(mine, path).toMatch(/^200 /);
      before.set(path, mine);
      // The other desk asked the same words itself, alone and in vain: of that it sees its own and no more.
      if (path.includes("trending"))
        expect(JSON.parse(mine.slice(4)).queries.map(({ users }: { users: number }) => users)).not.toContain(
          2,
        );
      else if (path.includes("suggestions")) expect(mine).toBe('200 {"prefix":"quix","suggestions":[]}');
      expect(mine, path).not.toContain("unfindably");
      expect(mine, path).not.toContain(colleague.user_id);
    }
    for (let n = 0; n < 3; n += 1) await search(shared, { query: `heron in the marsh ${n}` });
    for (const path of ways) expect(await text(path, other.access_token), path).toBe(before.get(path));
  });

  it("can neither rate, nor compare, nor filter by what is the other one's, and is told what it would be of nothing", async () => {
    const { results } = await search(secretive.access_token, { query: SECRET.word });
    const [theirHit] = results;
    if (theirHit === undefined) throw new Error("no hit");
    const token = other.access_token;
    for (const id of [theirHit.id, newId("chk")]) {
      const answer = await call(`/v1/search/similar/${id}`, { token });
      expect(answer.status).toBe(404);
      const rated = await call("/v1/search/feedback", {
        token,
        json: { query: "heron", chunk_id: id, rating: 5 },
      });
      expect(rated.status).toBe(404);
      expect(await codeOf(rated)).toBe(await codeOf(answer));
    }
    const named = { query: "heron", filters: { document_ids: [theirs.id, theirHit.document_id] } };
    expect((await search(token, named)).results).toEqual([]);
    const both = { query: "heron", filters: { document_ids: [theirs.id, own.id] }, limit: 100 };
    const seen = new Set((await search(token, both)).results.map(({ document_id }) => document_id));
    expect(seen).toEqual(new Set([own.id]));
    const votes = await search(secretive.access_token, { query: "heron", explain: true, limit: 100 });
    expect(untimed(votes)).not.toContain("feedback");
  });

  it("is not entered by a stranger who is a member elsewhere", async () => {
    const stranger = await newColleague(other.desk_id, "viewer");
    const here = await call("/v1/search/analytics?window=30d", { token: secretive.access_token });
    expect(await here.text()).not.toContain(stranger);
    const token = await tokenOn(colleague, other.desk_id);
    expect((await call("/v1/search", { token, json: { query: SECRET.word } })).status).not.toBe(200);
  });
});

function theirDesk() {
  if (!isId("dsk", secretive.desk_id)) throw new Error("no desk");
  return secretive.desk_id;
}

const codeOf = async (answer: Response) => (await answer.json<{ code: string }>()).code;
