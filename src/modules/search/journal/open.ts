import { openObject } from "../../../platform/durable-objects.ts";
import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import type { SearchJournal } from "./search-journal.ts";

type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** What the journal of a desk offers to the Worker. */
export type JournalApi = Remote<Pick<SearchJournal, "note" | "trends" | "analyse" | "complete" | "forget">>;

/** The search journal of a desk; it exists from the first call on. */
export function journalOf({ cost, env }: Pick<Platform, "env" | "cost">, desk: DeskId): JournalApi {
  return openObject<JournalApi>(env.SEARCH_JOURNAL, desk, cost);
}
