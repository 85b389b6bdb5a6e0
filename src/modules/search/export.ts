import {
  type Cell,
  type Table,
  type TableFile,
  type TableFormat,
  tableFile,
} from "../../http/table-export.ts";
import { isoTime } from "../../platform/clock.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import type { Locator } from "./index/types.ts";
import { type Hit, resultPages } from "./result-pages.ts";
import type { SearchRequest } from "./search.ts";

export interface SearchExport extends SearchRequest {
  format: TableFormat;
}

interface RankedHit extends Hit {
  /** From 1. */
  rank: number;
}

/** Any of the places that a text may stand in. */
interface Place {
  page?: number;
  chapter?: number;
  heading?: string;
  cell?: number;
  start: number;
  end: number;
}

const TABLE: Table<RankedHit> = {
  sheet: "Passages",
  columns: [
    ...["rank", "score", "title", "document_id", "document_version", "chunk_id", "intent"],
    ...["page", "chapter", "heading", "cell", "start", "end", "text"],
  ],
  cellsOf: ({ document_id, document_version, id, intent, locator, rank, score, text, title }) => [
    ...[rank, score, title, document_id, document_version, id, intent, ...placeCells(locator)],
    text,
  ],
  viewOf: ({ document_id, document_version, id, intent, locator, rank, score, text, title }) => ({
    ...{ rank, score, title, document_id, document_version, chunk_id: id, intent, locator, text },
  }),
};

function placeCells(locator: Locator): Cell[] {
  const { cell, chapter, end, heading, page, start }: Place = locator;
  return [page, chapter, heading, cell, start, end];
}

/**
 * The best `limit` passages of a search as a file, written while their pages are read: no more than one of them is
 * held. What refuses the search is thrown before the first byte.
 */
export async function exportSearch(
  ctx: Ctx,
  { format, limit, ...request }: SearchExport,
): Promise<TableFile> {
  requirePermission(ctx, "search:query");
  const pages = resultPages(ctx, ctx.desk, request, limit);
  const first = await pages.next();
  const name = `search-${isoTime(ctx.clock.now()).slice(0, 10)}`;
  return tableFile(ctx.log, TABLE, ranked(first.done ? [] : first.value, pages), { format, name });
}

async function* ranked(first: Hit[], more: AsyncIterable<Hit[]>): AsyncGenerator<RankedHit> {
  let rank = 0;
  for (const hit of first) yield { ...hit, rank: ++rank };
  for await (const page of more) for (const hit of page) yield { ...hit, rank: ++rank };
}
