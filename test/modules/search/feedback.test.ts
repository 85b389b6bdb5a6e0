import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../src/platform/ids.ts";
import { type Account, call, newAccount, uploadAndProcess } from "../../support/desk.ts";
import { addDocument, ask, chunksOfTexts, newIndex, type TestIndex } from "../../support/library-index.ts";
import { join, tokenOn } from "../../support/members.ts";
import { search } from "../../support/search.ts";

/** What feedback weighs in a ranking: no number of votes can add more to a score. */
const WEIGHT = 0.3;

describe("votes in an index", () => {
  const document = newId("doc");
  const texts = [
    "The hedge of a gasoline crack.",
    "A hedge for heating oil.",
    "Another hedge for jet fuel.",
    "Rent.",
  ];
  const second = chunksOfTexts(document, texts)[1]?.id;
  if (second === undefined) throw new Error("no chunks");
  let library: TestIndex;

  /** What votes add to the passage's score for the query, before it is set against the best one's. */
  const moved = async (chunk: string, query = "hedge") =>
    (await ask(library, query)).hits.find(({ id }) => id === chunk)?.parts.feedback ?? 0;
  const vote = (rating: number, user = newId("usr"), chunk = second, query = "hedge") =>
    library.index.vote({ chunk, query, rating, user });

  beforeAll(() => {
    library = newIndex();
  });
  const fill = async () => {
    library = newIndex();
    await addDocument(library, { id: document }, texts);
  };

  it("count once for a person, however often they are cast: the last one", async () => {
    await fill();
    const user = newId("usr");
    await vote(5, user);
    const once = await moved(second);
    for (let n = 0; n < 99; n += 1) await vote(5, user);
    expect(once).toBeGreaterThan(0);
    expect(await moved(second)).toBe(once);
    await vote(1, user);
    expect(await moved(second)).toBe(-once);
  });

  it("move a ranking, by a bounded amount however many they are", async () => {
    await fill();
    const order = async () => (await ask(library, "hedge")).hits.map(({ id }) => id);
    const [first, next] = await order();
    if (first === undefined || next === undefined) throw new Error("not found");
    await vote(5, newId("usr"), next);
    const single = await moved(next);
    for (let n = 0; n < 200; n += 1) await vote(5, newId("usr"), next);
    expect((await order())[0]).toBe(next);
    expect(await moved(next)).toBeGreaterThan(single);
    expect(await moved(next)).toBeLessThanOrEqual(WEIGHT);
    for (let n = 0; n < 200; n += 1) await vote(1, newId("usr"), first);
    expect(await moved(first)).toBeGreaterThanOrEqual(-WEIGHT);
  });

  it("move their own query alone, in whatever form or order its words stand", async () => {
    await fill();
    await vote(5, newId("usr"), second, "oil hedge");
    expect(await moved(second, "hedge")).toBe(0);
    expect(await moved(second, "heating hedge")).toBe(0);
    expect(await moved(second, "Hedging oils")).toBeGreaterThan(0);
  });

  it("bring nothing into an answer that the query doesn't find", async () => {
    await fill();
    const rent = chunksOfTexts(document, texts)[3]?.id;
    if (rent === undefined) throw new Error("no chunk");
    const asked = { mode: "bm25" } as const;
    for (let n = 0; n < 5; n += 1) await vote(5, newId("usr"), rent);
    expect((await ask(library, "hedge", asked)).hits.map(({ id }) => id)).not.toContain(rent);
  });

  it("count on what was found, however many other passages somebody has voted on", async () => {
    await fill();
    const crowd = newId("doc");
    const others = Array.from({ length: 250 }, (_, at) => `Rent ${at}.`);
    await addDocument(library, { id: crowd }, others);
    const user = newId("usr");
    for (const { id } of chunksOfTexts(crowd, others)) await vote(1, user, id);
    for (const { id } of chunksOfTexts(document, texts)) await vote(5, newId("usr"), id);
    const { hits } = await ask(library, "hedge", { limit: 3 });
    for (const { parts } of hits) expect(parts.feedback).toBeGreaterThan(0);
    expect(hits).toHaveLength(3);
  });

  it("are of one desk", async () => {
    await fill();
    const ours = library;
    await vote(5);
    await fill();
    expect(await moved(second)).toBe(0);
    library = ours;
    expect(await moved(second)).toBeGreaterThan(0);
  });

  it("stay with the passages of a document that is read again, and go with the document", async () => {
    await fill();
    await vote(5);
    await addDocument(library, { id: document }, texts);
    expect(await moved(second)).toBeGreaterThan(0);
    await addDocument(library, { id: document }, ["Changed."]);
    await library.index.remove(document);
    expect(await vote(5)).toBe(false);
    expect(await library.index.statistics()).toMatchObject({ documents: 0, chunks: 0 });
  });

  it("are forgotten with the person, and only theirs", async () => {
    await fill();
    const [gone, stays] = [newId("usr"), newId("usr")];
    await vote(5, stays);
    const alone = await moved(second);
    await vote(5, gone);
    await library.index.forgetVotesOf(gone);
    expect(await moved(second)).toBe(alone);
    await library.index.forgetVotesOf(stays);
    expect(await moved(second)).toBe(0);
  });
});

describe("feedback", () => {
  let account: Account;
  let token: string;
  let best: string;
  beforeAll(async () => {
    account = await newAccount();
    token = account.access_token;
    await uploadAndProcess(token, "# Hedging\n\nA hedge against a fall of gasoline.\n", "hedge.md");
    best = (await search(token, { query: "hedge" })).results[0]?.id ?? "";
  });
  const rate = (fields: object, by = token) =>
    call("/v1/search/feedback", {
      token: by,
      json: { query: "hedge", chunk_id: best, rating: 5, ...fields },
    });
  const feedbackOn = async (query = "hedge") => {
    const answer = await call("/v1/search", { token, json: { query, explain: true } });
    const { results } = await answer.json<{ results: { explain: { feedback?: number } }[] }>();
    return results[0]?.explain.feedback ?? 0;
  };

  it("is told by the next answer to that query, and by no other", async () => {
    const before = await feedbackOn("fall");
    expect((await rate({})).status).toBe(204);
    expect(await feedbackOn()).toBeGreaterThan(0);
    expect(await feedbackOn("fall")).toBe(before);
  });

  it("takes ratings from 1 to 5 on passages that are named as such", async () => {
    for (const fields of [{ rating: 0 }, { rating: 6 }, { rating: 2.5 }, { chunk_id: "x" }, { query: " " }])
      expect((await rate(fields)).status, JSON.stringify(fields)).toBe(422);
  });

  it("hides another desk's passage behind the answer for one that never was", async () => {
    const stranger = (await newAccount()).access_token;
    const hidden = await rate({}, stranger);
    const unknown = await rate({ chunk_id: newId("chk") }, stranger);
    for (const answer of [hidden, unknown]) {
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: "search.passage_not_found" });
    }
  });

  it("is forgotten when the member is taken off the desk, and when the account is deleted", async () => {
    const own = await feedbackOn();
    for (const leave of [
      ({ user_id }: Account) =>
        call(`/v1/desks/${account.desk_id}/members/${user_id}`, { method: "DELETE", token }),
      ({ access_token }: Account) => call("/v1/me", { method: "DELETE", token: access_token }),
    ]) {
      const member = await newAccount();
      await join(member, account, "user");
      expect((await rate({}, await tokenOn(member, account.desk_id))).status).toBe(204);
      expect(await feedbackOn()).toBeGreaterThan(own);
      expect((await leave(member)).status).toBe(204);
      expect(await feedbackOn()).toBe(own);
    }
  });
});
