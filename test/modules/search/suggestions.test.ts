import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { complete } from "../../../src/modules/search/index/complete.ts";
import { KnownWords } from "../../../src/modules/search/index/known-words.ts";
import { makeVocabulary } from "../../../src/modules/search/index/vocabulary.ts";
import { mixed } from "../../../src/modules/search/suggestions.ts";
import { newId } from "../../../src/platform/ids.ts";
import {
  type Account,
  call,
  newAccount,
  processed,
  type UploadedDocument,
  upload,
} from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { addDocument, newIndex } from "../../support/library-index.ts";

interface Answer {
  prefix: string;
  suggestions: { kind: string; text: string; document_id?: string }[];
}

async function suggested({ access_token: token }: Account, prefix: string, limit?: number): Promise<Answer> {
  const query = new URLSearchParams({ prefix, ...(limit !== undefined && { limit: String(limit) }) });
  const answer = await call(`/v1/search/suggestions?${query}`, { token });
  if (answer.status !== 200) throw new Error(await answer.text());
  return await answer.json<Answer>();
}

const eventually = { timeout: 10_000, interval: 200 };

describe("the suggestions of a desk", () => {
  let account: Account;
  let document: { id: string };
  const texts = async (prefix: string, limit?: number) =>
    (await suggested(account, prefix, limit)).suggestions.map(({ text }) => text);

  beforeAll(async () => {
    account = await newAccount();
    const text = "# Sizing\n\nVolatility sets the size of a position. The value of volatile assets varies.\n";
    const { access_token: token } = account;
    const fields = { title: "Volatility and Size" };
    document = await (await upload(token, text, "sizes.md", fields)).json<UploadedDocument>();
    await processed(token, document.id);
    await vi.waitFor(async () => expect(await texts("volat")).toContain("volatile"), eventually);
  });

  it("are titles with their documents, and words that complete the last one", async () => {
    const { prefix, suggestions } = await suggested(account, "volat");
    expect(prefix).toBe("volat");
    expect(suggestions.filter(({ kind }) => kind === "title")).toEqual([
      { kind: "title", text: "Volatility and Size", document_id: document.id },
    ]);
    const terms = suggestions.filter(({ kind }) => kind === "term").map(({ text }) => text);
    expect(terms.sort()).toEqual(["volatile", "volatility"]);
  });

  it("complete the last word and keep those before it as they were typed", async () => {
    expect(await texts("Size of  Volati")).toContain("Size of  volatility");
    expect(await texts("size volati")).toContain("Volatility and Size");
    expect(await texts("volatility missing")).toEqual([]);
  });

  it("offer no function word, nor the word that stands there already", async () => {
    expect(await texts("th")).toEqual([]);
    expect(await texts("volatility")).toEqual(["Volatility and Size"]);
    expect(await texts("volatility ")).toEqual(["Volatility and Size"]);
    expect(await texts(" ")).toEqual([]);
  });

  it("are as many as were asked for, and a limit beyond ten is refused", async () => {
    expect(await texts("v", 1)).toHaveLength(1);
    for (const limit of ["0", "11", "x"]) {
      const path = `/v1/search/suggestions?prefix=v&limit=${limit}`;
      expect((await call(path, { token: account.access_token })).status).toBe(422);
    }
  });

  it("take whatever can be typed for words alone", async () => {
    for (const typed of ['"', 'a" OR title : b', "* ^ NEAR(", "title:", "'; --", "naïve Ø1", "🙂", "ア"])
      expect(await texts(typed)).toEqual([]);
  });

  it("are past queries too, of those that found something", async () => {
    await call("/v1/search", { token: account.access_token, json: { query: "varies with size" } });
    await expect
      .poll(async () => (await suggested(account, "varies wi")).suggestions, eventually)
      .toEqual([{ kind: "query", text: "varies with size" }]);
    expect((await suggested(await newAccount(), "varies wi")).suggestions).toEqual([]);
  });

  it("are the desk's own", async () => {
    expect((await suggested(await newAccount(), "volat")).suggestions).toEqual([]);
  });

  it("follow a title that changes, and end with the document", async () => {
    const path = `/v1/documents/${document.id}`;
    const headers = { "if-match": "*" };
    const { access_token: token } = account;
    await call(path, { method: "PATCH", token, headers, json: { title: "Sizes of Bets" } });
    await expect.poll(async () => await texts("bets"), eventually).toEqual(["Sizes of Bets"]);
    expect((await suggested(account, "volat")).suggestions.map(({ kind }) => kind)).toEqual(["term", "term"]);
    await call(path, { method: "DELETE", token });
    await expect
      .poll(async () => [...(await texts("bets")), ...(await texts("volat"))], eventually)
      .toEqual([]);
  });

  it("name no document before it can be found", async () => {
    await upload(account.access_token, "%PDF-1.7 but broken", "Broken Quorum.pdf");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await texts("quorum")).toEqual([]);
  });
});

describe("a completion", () => {
  it("reads twelve rows at most, also among thousands of titles and words", async () => {
    const { desk, index } = newIndex();
    await addDocument({ desk, index }, { id: newId("doc"), title: "Stocks" }, ["Stocks and bonds."]);
    const stub = testEnv.LIBRARY_INDEX.getByName(desk);
    await runInDurableObject(stub, (_, { storage: { sql } }) => {
      const words = Array.from({ length: 5_000 }, (_, at) => `stock${at.toString(36)}`);
      for (let at = 0; at < 2_000; at += 1) {
        const values = [at + 10, `Stock report ${at}`, newId("doc")];
        sql.exec("INSERT INTO titles_0 (rowid, title, document_id) VALUES (?, ?, ?)", ...values);
        const text = `${words.slice(at, at + 3).join(" ")} ${words.slice(3_000 + at, 3_002 + at).join(" ")}`;
        sql.exec("INSERT INTO forms_0 (rowid, words, forms) VALUES (?, ?, '')", at + 10, text);
      }
      makeVocabulary(sql);
      for (const typed of ["s", "st", "stock", "stock re", "stock1", "report stock", "report "]) {
        const known = new KnownWords();
        const [cold, warm] = [complete(sql, known, typed, 10), complete(sql, known, typed, 10)];
        expect(cold.titles.length, typed).toBe(typed === "stock1" ? 0 : 5);
        expect(cold.rows_read, typed).toBeGreaterThan(0);
        console.info(`"${typed}": ${cold.rows_read} rows cold, ${warm.rows_read} warm`);
        expect(cold.rows_read, typed).toBeLessThanOrEqual(12);
        expect(warm.rows_read, typed).toBeLessThanOrEqual(10);
      }
      expect(complete(sql, new KnownWords(), "stock", 10).terms).toHaveLength(4);
    });
  });

  it("offers the newest titles first", async () => {
    const library = newIndex();
    for (const title of ["Options one", "Options two"])
      await addDocument(library, { id: newId("doc"), title }, ["text"]);
    const { titles } = await library.index.complete("options", 10);
    expect(titles.map(({ text }) => text)).toEqual(["Options two", "Options one"]);
  });
});

describe("the mixture", () => {
  const titles = ["Stop loss", "Stops"].map((text) => ({ text, document_id: newId("doc") }));

  it("takes the best of each kind in turn and fills up with what is left", () => {
    const texts = mixed(["stop hunting", "stop orders", "stop limits"], { terms: ["stopped"], titles }, 5);
    expect(texts.map(({ text }) => text)).toEqual([
      ...["stop hunting", "stopped", "Stop loss", "stop orders", "Stops"],
    ]);
  });

  it("says nothing twice that reads the same", () => {
    const texts = mixed(["stop  loss", "stöps"], { terms: ["STOPS"], titles }, 8);
    expect(texts.map(({ kind, text }) => `${kind}: ${text}`)).toEqual(["query: stop  loss", "term: STOPS"]);
  });
});
