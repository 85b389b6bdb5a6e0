import { beforeAll, expect, it, vi } from "vitest";
import { newId } from "../../../src/platform/ids.ts";
import { addDocument, ask, newIndex, type TestIndex } from "../../support/library-index.ts";

const GONE = newId("doc");
let library: TestIndex;

const suggestions = async (query: string, more: Parameters<typeof ask>[2] = {}) =>
  (await ask(library, query, more)).suggestions;

/** The vocabulary follows a change within a second or two. */
const eventually = { timeout: 10_000, interval: 200 };

beforeAll(async () => {
  library = newIndex();
  await addDocument(library, { id: newId("doc"), title: "Handbook" }, [
    "Position sizing decides how much of the equity one trade may lose.",
    "Position sizing by volatility keeps the risk of each position alike.",
    "A position has a stop loss below the drawdown that it may take.",
    "Volatility clusters, and volatility of volatility does too.",
    "The maximum drawdown is the deepest fall from a peak.",
    "A stop loss is no promise; np.where picks the days on which it held.",
    "Mean reversion needs a mean to revert to.",
  ]);
  await addDocument(library, { id: GONE, title: "Gone" }, ["Contango of gasoline. Contango again."]);
  await vi.waitFor(async () => expect(await suggestions("volatilty")).toEqual(["volatility"]), eventually);
});

it("puts a word right that the library doesn't have, and leaves the rest as it was typed", async () => {
  expect(await suggestions("Postion  sizing, by VOLATILITY?")).toEqual(["position  sizing, by VOLATILITY?"]);
  expect(await suggestions("postion by volatilty")).toEqual(["position by volatility"]);
});

it("keeps the quotes of a phrase", async () => {
  expect(await suggestions('"postion sizing"', { intent: "exact" })).toEqual(['"position sizing"']);
});

it("cuts a word that is two, and joins two that are one", async () => {
  expect(await suggestions("stoploss rules")).toContain("stop loss rules");
  expect(await suggestions("maximum draw-dwn drawd own")).toEqual(["maximum draw-dwn drawdown"]);
});

it("has nothing to say of a query that is found, or of words that are meant as they are", async () => {
  expect(await suggestions("position sizing")).toEqual([]);
  expect(await suggestions("positions")).toEqual([]);
  expect(await suggestions("contango")).toEqual([]);
});

it("leaves the names of a program alone", async () => {
  expect(await suggestions("np.wheer", { intent: "code" })).toEqual([]);
  expect(await suggestions("get_positon_size()", { intent: "code" })).toEqual([]);
});

it("never says more than three queries", async () => {
  const few = newIndex();
  const words = ["hedgea", "hedgeb", "hedgec", "hedged", "hedgex"];
  await addDocument(few, { id: newId("doc") }, [words.join(" ")]);
  const answer = async () => (await ask(few, "hedgey hedgez")).suggestions.length;
  await expect.poll(answer, eventually).toBe(3);
});

it("suggests no word of a document that was removed, from that moment on", async () => {
  await expect.poll(async () => await suggestions("contnago"), eventually).toEqual(["contango"]);
  await library.index.remove(GONE);
  expect(await suggestions("contnago")).toEqual([]);
});

it("suggests no word of another desk", async () => {
  const other = newIndex();
  await addDocument(other, { id: newId("doc") }, ["Kurtosis of returns."]);
  await expect.poll(async () => (await ask(other, "kurtsis")).suggestions, eventually).toEqual(["kurtosis"]);
  expect(await suggestions("kurtsis")).toEqual([]);
});
