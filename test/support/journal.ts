import { journalOf } from "../../src/modules/search/journal/open.ts";
import type { SearchEntry } from "../../src/modules/search/journal/types.ts";
import { type DeskId, isId, newId, type UserId } from "../../src/platform/ids.ts";
import { call } from "./desk.ts";
import { testPlatform } from "./platform.ts";

export const journalFor = (desk: string) => {
  if (!isId("dsk", desk)) throw new Error(`no desk's id: ${desk}`);
  return journalOf(testPlatform(), desk);
};

export const newJournal = () => {
  const desk: DeskId = newId("dsk");
  return { desk, journal: journalFor(desk) };
};

export const userId = (id: string): UserId => {
  if (!isId("usr", id)) throw new Error(`no user's id: ${id}`);
  return id;
};

/** A search that found something in 10 ms, but for what is given. */
export const entry = (
  fields: Partial<SearchEntry> & Pick<SearchEntry, "user" | "query" | "at">,
): SearchEntry => ({
  intent: "semantic",
  mode: "hybrid",
  total: 3,
  took_ms: 10,
  cached: false,
  ...fields,
});

export interface Asked {
  query: string;
  users: number;
  last_at: string;
}

export async function trending(token: string, query: Record<string, string> = {}) {
  const answer = await call(`/v1/search/trending?${new URLSearchParams(query)}`, { token });
  if (answer.status !== 200) throw new Error(`trending: ${answer.status} ${await answer.text()}`);
  return await answer.json<{ window: string; queries: Asked[]; no_hits: Asked[] }>();
}
