import { MINUTE_MS } from "../../platform/clock.ts";
import type { Platform } from "../../platform/platform.ts";
import { indexOf } from "../search/index/open.ts";
import type { IndexedDocument } from "../search/index/types.ts";
import { type Document, dropIndexUpdate, findDocument, oldIndexUpdates } from "./store.ts";

/** What the index keeps of a document's metadata. */
export function indexedDocument(document: Document): IndexedDocument {
  const { author, category, id, language, tags, title, version } = document;
  return { id, title, author, category, language, tags, version };
}

/** Tells the index of an edit that was noted with it, and drops the note. */
export async function describeInIndex(platform: Platform, document: Document): Promise<void> {
  await indexOf(platform, document.desk_id).describe(indexedDocument(document));
  await dropIndexUpdate(platform.db, document.desk_id, document.id, document.version);
}

const SWEEP_LIMIT = 100;

/** Tells the index of edits whose request died before it could. */
export async function sweepIndexUpdates(platform: Platform): Promise<number> {
  const { clock, db, log } = platform;
  const noted = await oldIndexUpdates(db, clock.now() - MINUTE_MS, SWEEP_LIMIT);
  for (const { desk_id, document_id, version } of noted) {
    try {
      const document = await findDocument(db, desk_id, document_id);
      if (document === undefined) await dropIndexUpdate(db, desk_id, document_id, version);
      else await describeInIndex(platform, document);
    } catch (error) {
      log.error("an index update stays for the next round", { document: document_id, error });
    }
  }
  return noted.length;
}
