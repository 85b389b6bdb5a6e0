import type { DocumentId } from "../../../platform/ids.ts";
import { MARK_END, MARK_START, spansOf } from "../text/marks.ts";
import type { IndexHit, IndexQuery, SearchFilters, StoredChunk } from "./types.ts";

export type ChunkRow = { id: StoredChunk["id"]; idx: number; body: string; locator: string };

export function chunkOf(row: ChunkRow): StoredChunk {
  return { id: row.id, index: row.idx, text: row.body, locator: JSON.parse(row.locator) };
}

/** Counting stops here: nobody reads on, and a common word must not cost the whole library. */
const MAX_TOTAL = 1_000;

/** The best hits by BM25, a title counting twice, among published chunks that pass the filters. */
export function searchChunks(sql: SqlStorage, query: IndexQuery): { hits: IndexHit[]; total: number } {
  const { join, values } = filterSql(query.filters);
  const best = sql
    .exec<{ rowid: number; relevance: number }>(
      `SELECT chunks_fts.rowid AS rowid, -bm25(chunks_fts, 2, 1) AS relevance FROM chunks_fts ${join}
       AND chunks_fts MATCH ? ORDER BY relevance DESC, rowid LIMIT ?`,
      ...values,
      query.match,
      query.limit,
    )
    .toArray();
  const { total } = sql
    .exec<{ total: number }>(
      `SELECT count(*) AS total FROM (SELECT 1 FROM chunks_fts ${join} AND chunks_fts MATCH ? LIMIT ${MAX_TOTAL})`,
      ...values,
      query.match,
    )
    .one();
  const details = detailsOf(
    sql,
    query.match,
    best.map(({ rowid }) => rowid),
  );
  const hits = best.flatMap(({ relevance, rowid }) => {
    const hit = details.get(rowid);
    return hit === undefined ? [] : [{ ...hit, relevance }];
  });
  return { hits, total };
}

type HitRow = ChunkRow & { rowid: number; document_id: DocumentId; title: string; marked: string };

/** Texts and highlights of the hits alone: SQLite would mark every match if it were asked while sorting them. */
function detailsOf(
  sql: SqlStorage,
  match: string,
  rowids: number[],
): Map<number, Omit<IndexHit, "relevance">> {
  const rows = sql.exec<HitRow>(
    `SELECT c.rowid AS rowid, c.id, c.idx, c.body, c.locator, c.document_id, d.title,
       highlight(chunks_fts, 1, '${MARK_START}', '${MARK_END}') AS marked
     FROM json_each(?) wanted CROSS JOIN chunks_fts ON chunks_fts.rowid = wanted.value
       JOIN chunks c ON c.rowid = wanted.value JOIN documents d ON d.id = c.document_id
     WHERE chunks_fts MATCH ?`,
    JSON.stringify(rowids),
    match,
  );
  const details = new Map<number, Omit<IndexHit, "relevance">>();
  for (const row of rows) {
    const { document_id, marked, rowid, title } = row;
    details.set(rowid, { ...chunkOf(row), document_id, title, highlights: spansOf(marked) });
  }
  return details;
}

/** The join that a filter needs, ending in a condition that further ones may follow; without filters, none. */
function filterSql(filters: SearchFilters): { join: string; values: string[] } {
  const conditions: string[] = [];
  const values: string[] = [];
  const add = (condition: string, value: string | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add("d.category = ?", filters.category);
  add("d.author = ?", filters.author);
  add("d.language = ?", filters.language);
  add(
    "d.id IN (SELECT value FROM json_each(?))",
    filters.document_ids && JSON.stringify(filters.document_ids),
  );
  for (const tag of filters.tags ?? []) add("EXISTS (SELECT 1 FROM json_each(d.tags) WHERE value = ?)", tag);
  if (conditions.length === 0) return { join: "WHERE TRUE", values };
  const join = "JOIN chunks c ON c.rowid = chunks_fts.rowid JOIN documents d ON d.id = c.document_id WHERE";
  return { join: `${join} ${conditions.join(" AND ")}`, values };
}
