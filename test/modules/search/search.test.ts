import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import {
  type Account,
  call,
  newAccount,
  processed,
  type UploadedDocument,
  upload,
} from "../../support/desk.ts";
import { makeSampleEpub } from "../../support/documents/sample-epub.ts";
import { makeSampleNotebook } from "../../support/documents/sample-notebook.ts";
import { makeSamplePdf } from "../../support/documents/sample-pdf.ts";
import { highlighted, indexTexts, search } from "../../support/search.ts";

let account: Account;
let token: string;
beforeAll(async () => {
  account = await newAccount();
  token = account.access_token;
  const files = [
    ["handbook.pdf", await makeSamplePdf(), { category: "books", language: "en", tags: "pdf" }],
    ["handbook.epub", await makeSampleEpub(), { category: "books" }],
    ["study.ipynb", await makeSampleNotebook(), { category: "notebooks", author: "Grace" }],
  ] as const;
  for (const [name, bytes, fields] of files) {
    const { id } = await (await upload(token, bytes, name, fields)).json<UploadedDocument>();
    expect((await processed(token, id)).status).toBe("completed");
  }
}, 60_000);

it("names the page, the chapter or the cell, and quotes the very text that stands there", async () => {
  const { results } = await search(token, { query: "golden heron crossover" });
  const places = results.slice(0, 2).map(({ locator }) => locator);
  expect(places).toEqual(
    expect.arrayContaining([expect.objectContaining({ page: 2 }), expect.objectContaining({ chapter: 2 })]),
  );
  for (const { locator, text } of results) expect(locator.end - locator.start).toBe(text.length);
  const cells = await search(token, { query: "crossover", filters: { category: "notebooks" } });
  for (const { locator } of cells.results) expect(locator.cell).toBeGreaterThan(0);
});

it("orders by relevance, with scores from 0 to 1 that min_score applies to", async () => {
  const { results } = await search(token, { query: "position sizing risk", limit: 50 });
  const scores = results.map(({ score }) => score);
  expect(scores[0]).toBe(1);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  const few = await search(token, { query: "position sizing risk", limit: 50, min_score: 0.6 });
  expect(few.results.map(({ id }) => id)).toEqual(
    results.filter(({ score }) => score >= 0.6).map(({ id }) => id),
  );
});

it("highlights the words that were found, in whatever form they stand", async () => {
  const { results } = await search(token, { query: "crossovers" });
  for (const hit of results)
    for (const word of highlighted(hit)) expect(word.toLowerCase()).toContain("crossover");
  expect(results.flatMap(highlighted).length).toBeGreaterThan(0);
});

it("filters by document, category, author, language and tags", async () => {
  const of = async (filters: Record<string, unknown>) =>
    new Set(
      (await search(token, { query: "the crossover of averages", filters, limit: 100 })).results.map(
        ({ title }) => title,
      ),
    );
  expect((await of({ category: "notebooks" })).size).toBe(1);
  expect((await of({ author: "Grace" })).size).toBe(1);
  expect((await of({ tags: ["pdf"] })).size).toBe(1);
  expect((await of({ tags: ["pdf", "none"] })).size).toBe(0);
  expect((await of({ document_ids: [] })).size).toBe(0);
  expect((await of({ category: "' OR 1=1 --" })).size).toBe(0);
});

it("finds an exact phrase only in its order", async () => {
  const phrase = await search(token, { query: '"golden heron crossover"' });
  expect(phrase.intent).toBe("exact");
  expect(phrase.results.length).toBeGreaterThan(0);
  const reversed = await search(token, { query: '"crossover heron golden"' });
  expect(reversed.results).toEqual([]);
});

it("answers every string that can be typed, and never with a syntax error", async () => {
  const tricky = [
    '"',
    "* ^ : ( ) { } -",
    'NEAR("a',
    "AND OR NOT",
    "col:x",
    "\\",
    "%_",
    "'; DROP TABLE chunks; --",
    "ア 。",
    "🙂",
  ];
  const generated = fc.sample(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), 30);
  for (const query of [...tricky, ...generated].filter((text) => text.trim() !== "")) {
    expect((await call("/v1/search", { token, json: { query } })).status, JSON.stringify(query)).toBe(200);
  }
});

it("refuses to rank phrases by meaning alone, and says what to do", async () => {
  const asked = { query: "golden heron", mode: "vector", intent: "exact" };
  const answer = await call("/v1/search", { token, json: asked });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    code: "search.mode_unavailable",
    detail: expect.stringContaining("hybrid"),
  });
});

it("finds a word of a script without spaces inside a sentence, as an exact phrase too", async () => {
  const { access_token: own, desk_id } = await newAccount();
  await indexTexts(desk_id, ["パッケージの設定を変更する方法。", "カレーの作り方。"]);
  for (const query of ["設定", '"設定を変更"', "設定の変更"]) {
    const { results } = await search(own, { query, mode: "bm25" });
    expect(results.map(({ text }) => text)).toEqual(["パッケージの設定を変更する方法。"]);
    expect(results.flatMap(highlighted).join()).toContain("設定");
  }
});

it("finds a formula by signs that stand together, however they are written", async () => {
  const { access_token: own, desk_id } = await newAccount();
  await indexTexts(desk_id, [
    "The rest energy is E = mc2 for a mass at rest.",
    "Let m, c and e be 2 numbers, and E a set of them with m 2 times.",
    "Its solution x solves y2 = x3 + ax + b over the field.",
  ]);
  const first = async (query: string) => (await search(own, { query, intent: "formula" })).results[0]?.text;
  expect(await first("E=mc^2")).toContain("rest energy");
  expect(await first("y^2 = x^3 + a x + b")).toContain("over the field");
});
