import type { Database } from "../../platform/database.ts";
import { selectStandingChanges } from "../directory/standing-store.ts";
import type { Who } from "./watcher.ts";

const PAGE = 500;
const MAX_PAGES = 4;

/** Whose standing changed after a position, each with its latest change; all of it only if `complete`. */
export interface Changes {
  last: Map<string, number>;
  seq: number;
  complete: boolean;
}

/** One read of the feed for everyone who watches, bounded: of more changes than that nobody is sure any more. */
export async function changesAfter(db: Database, position: number): Promise<Changes> {
  const changes: Changes = { last: new Map(), seq: position, complete: false };
  for (let page = 0; page < MAX_PAGES && !changes.complete; page += 1) {
    const rows = await selectStandingChanges(db, changes.seq, PAGE);
    for (const { seq, subject } of rows) {
      changes.last.set(subject, seq);
      changes.seq = seq;
    }
    changes.complete = rows.length < PAGE;
  }
  return changes;
}

/** Whether somebody may go on watching as far as the feed tells. */
export const stillStands = (who: Who, { complete, last }: Changes): boolean =>
  complete && who.subjects.every((subject) => (last.get(subject) ?? 0) <= who.seq);

export const hasEnded = ({ ends_at }: Who, now: number): boolean => ends_at !== null && ends_at <= now;
