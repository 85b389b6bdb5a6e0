import { beforeAll, expect, it } from "vitest";
import { exampleId, newId } from "../../../src/platform/ids.ts";
import { type Account, call, newAccount, uploadAndProcess } from "../../support/desk.ts";
import { highlighted, indexTexts, search } from "../../support/search.ts";

const AT_MOST_MS = 3_000;

let account: Account;
beforeAll(async () => {
  account = await newAccount();
  await indexTexts(account.desk_id, [
    "A heron in the marsh",
    "1 2 3.5 -4e10 0x1F 100000000000000000000000 ½ ²",
    "x".repeat(4_000),
    Array.from({ length: 8 }, (_, at) => String(at).repeat(500)).join(" "),
    "移動平均線のゴールデンクロス。移动平均线的黄金交叉。",
    "المتوسط المتحرك والتقاطع الذهبي",
    "ממוצע נע ‏1,234‏ וחציית הזהב",
    "𝑥𝑦𝑧 proﬁt ﬂow ａｂｃ",
    "e\u0301tude nai\u0308ve \u0301\u0301\u0301",
    "\u0000\u0001 heron \ud800 \udc00 half",
  ]);
});

const LONG = 1_000;
const fill = (text: string, length = LONG) => text.repeat(Math.ceil(length / text.length)).slice(0, length);

const TYPED = [
  ...["\u0000", "a\u0000b", "\ud800", "heron \udc00", "\ud83d", "\u202eheron\u202c", "\ufeff", "\u200d"],
  ...["移動平均線", "المتوسط المتحرك", "ממוצע נע", "𝑥𝑦𝑧", "proﬁt", "ａｂｃ", "½ ²", "①", "İstanbul ß ſ"],
  ...[
    '"',
    '""',
    '"heron',
    '"heron" "marsh',
    "'",
    "title:",
    "NEAR(a b, 3)",
    "a* OR b*",
    "-heron",
    "^heron",
    "{stems}: a",
  ],
  ...[
    "AND",
    "NOT",
    "heron AND",
    "(heron",
    "*",
    "a + b",
    "heron\\",
    "%",
    "_",
    "__",
    "'; DROP TABLE votes; --",
  ],
  ...["=1+1", "1e309", "NaN", "null", "[object Object]", "__proto__", "constructor"],
  ...[
    "a",
    "y",
    "1",
    "_",
    " a",
    '"',
    "'",
    "(",
    "a.",
    "a_",
    "aA",
    "x ",
    "‘",
    "移",
    "\ud83d\ude00",
    "e\u0301",
    "=-",
  ].map((text) => fill(text)),
  ...[
    "what is ",
    "how to trade ",
    "x_i = ",
    "\\frac{a}{b} ",
    "np.where(",
    "a::b->",
    "def f(x): ",
    '"a" ',
  ].map((text) => fill(text)),
];

/** Says nothing but 200 or 422, and soon. */
async function withstood(name: string, asked: Promise<Response>): Promise<string> {
  const started = Date.now();
  const answer = await asked;
  expect([200, 204, 422], `${name}: ${answer.status}`).toContain(answer.status);
  expect(Date.now() - started, name).toBeLessThan(AT_MOST_MS);
  return await answer.text();
}

const told = (typed: string) => JSON.stringify(typed).slice(0, 40);

it("takes whatever can be typed for words, in every mode and intent, and answers soon", {
  timeout: 120_000,
}, async () => {
  const token = account.access_token;
  for (const query of TYPED) {
    for (const more of [{}, { intent: "exact" }, { intent: "code" }]) {
      const json = { query, explain: true, facets: true, limit: 100, ...more };
      await withstood(`search ${told(query)} ${JSON.stringify(more)}`, call("/v1/search", { token, json }));
    }
    await withstood(
      `filters ${told(query)}`,
      call("/v1/search", {
        token,
        json: {
          query: "heron",
          filters: {
            author: query.slice(0, 200),
            tags: [query.slice(0, 50)],
            document_ids: [query.slice(0, 100)],
          },
        },
      }),
    );
  }
});

it("completes, exports, rates and compares by whatever can be typed", { timeout: 120_000 }, async () => {
  const token = account.access_token;
  const { results } = await search(token, { query: "heron" });
  for (const typed of TYPED) {
    const prefix = new URLSearchParams({ prefix: typed.slice(0, 200) });
    await withstood(`prefix ${told(typed)}`, call(`/v1/search/suggestions?${prefix}`, { token }));
    const query = new URLSearchParams({ query: typed, format: "json", limit: "10000" });
    await withstood(`export ${told(typed)}`, call(`/v1/search/export?${query}`, { token }));
    const json = { query: typed, chunk_id: results[0]?.id, rating: 5 };
    await withstood(`rate ${told(typed)}`, call("/v1/search/feedback", { token, json }));
    const similar = await call(`/v1/search/similar/${encodeURIComponent(typed.toWellFormed())}`, { token });
    expect([404, 200], told(typed)).toContain(similar.status);
    await similar.text();
  }
  for (const path of ["/v1/search/trending?window=1h&limit=100", "/v1/search/analytics?window=1h"])
    await withstood(path, call(path, { token }));
});

it.each([
  ["Japanese", "移動平均線のゴールデンクロス。移動", "移動平均線のゴールデンクロス"],
  ["Chinese", "移动平均线的黄金交叉。", "移动平均线的黄金交叉"],
  ["Russian", "Скользящий стоп, трейдинг и ещё", "скользящий", "ТРЕЙДИНГ"],
  ["Hindi", "शेयर बाज़ार में हिन्दी", "बाज़ार", "हिन्दी"],
  ["Thai", "ราคา หุ้น", "หุ้น", "ราคา"],
  ["Arabic", "المُتوسّط المتحرك", "المتوسط", "المتحرك"],
  ["Hebrew", "מְמֻצָּע נע ‏1,234‏ וחציית", "ממצע", "וחציית"],
  ["Greek", "Η Τιμή της αγοράς", "τιμη", "ΑΓΟΡΑΣ"],
  ["Vietnamese", "thị trường chứng khoán Việt", "truong", "chứng"],
  ["French, decomposed", "e\u0301tude nai\u0308ve", "étude", "naive"],
  ["Korean", "골든 크로스", "골든", "크로스"],
])("finds words of %s in texts and titles, with accents and without", async (_, text, ...words) => {
  const { access_token: token, desk_id } = await newAccount();
  await indexTexts(desk_id, [text, "Nothing"], { title: text });
  await indexTexts(desk_id, [text]);
  for (const query of words) {
    for (const more of [{ mode: "bm25" }, { intent: "exact" }]) {
      const { results } = await search(token, { query, ...more });
      expect(
        results.filter((hit) => hit.text === text),
        `${query} ${JSON.stringify(more)}`,
      ).toHaveLength(2);
      expect(results.flatMap(highlighted).length, "marked").toBeGreaterThan(0);
    }
  }
  const prefix = new URLSearchParams({ prefix: text.slice(0, 4) });
  const completed = await call(`/v1/search/suggestions?${prefix}`, { token });
  const { suggestions } = await completed.json<{ suggestions: { kind: string; text: string }[] }>();
  expect(suggestions.map((one) => one.text)).toContain(text);
});

it("finds words of up to 500 letters, and compares what has no word", async () => {
  const token = account.access_token;
  const [long] = (await search(token, { query: "7".repeat(500), mode: "bm25" })).results;
  expect(long?.text).toMatch(/^00000/);
  const [numbers] = (await search(token, { query: "100000000000000000000000", mode: "bm25" })).results;
  expect(numbers?.text).toMatch(/^1 2 3/);
  expect((await call(`/v1/search/similar/${numbers?.id}`, { token })).status).toBe(200);
});

it("answers at the limits of what a filter and a score may be", async () => {
  const token = account.access_token;
  const document_ids = Array.from({ length: 100 }, () => newId("doc"));
  expect((await search(token, { query: "heron", filters: { document_ids } })).results).toEqual([]);
  expect((await search(token, { query: "heron", filters: { document_ids: [] } })).results).toEqual([]);
  const tags = Array.from({ length: 20 }, (_, at) => `tag ${at}`);
  for (const mode of ["hybrid", "bm25", "vector"]) {
    const none = await search(token, { query: "heron", mode, filters: { tags }, facets: true });
    expect(none, mode).toMatchObject({ results: [], total: 0 });
  }
  const all = await search(token, { query: "heron marsh", min_score: 0, limit: 100 });
  const best = await search(token, { query: "heron marsh", min_score: 1, limit: 1 });
  expect(best.results).toEqual(all.results.slice(0, 1));
  expect(all.results.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
  expect((await call(`/v1/search/similar/${exampleId("chk")}?limit=50`, { token })).status).toBe(404);
});

it("reads a document of words without end, and of numbers alone", { timeout: 60_000 }, async () => {
  const { access_token: token } = await newAccount();
  const long = `# ${"T".repeat(10_000)}\n\n${"w".repeat(10_000)} heron ${"移".repeat(10_000)}\n`;
  expect((await uploadAndProcess(token, long, "long.md")).status).toBe("completed");
  const numbers = Array.from({ length: 3_000 }, (_, at) => `${at}.${at * 7},`).join(" ");
  expect((await uploadAndProcess(token, numbers, "numbers.txt")).status).toBe("completed");
  const { results } = await search(token, { query: "heron" });
  expect(results[0]?.text.length).toBeLessThanOrEqual(4_000);
  expect((await search(token, { query: "2999.20993" })).results.length).toBeGreaterThan(0);
});
