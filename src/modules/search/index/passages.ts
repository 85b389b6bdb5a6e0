import type { ChunkId, DocumentId } from "../../../platform/ids.ts";
import { highlightsOf } from "../text/highlights.ts";
import type { Side } from "./schema.ts";
import type { IndexHit, StoredChunk } from "./types.ts";

type ChunkRow = { id: ChunkId; idx: number; body: string; locator: string };

const chunkOf = ({ body, id, idx, locator }: ChunkRow): StoredChunk => ({
  ...{ id, index: idx, text: body },
  locator: JSON.parse(locator),
});

/** The chunks of a document after number `after`, at most `limit`, in reading order. */
export function chunksOf(
  sql: SqlStorage,
  side: Side,
  document: number,
  after: number,
  limit: number,
): StoredChunk[] {
  return sql
    .exec<ChunkRow>(
      `SELECT id, idx, body, locator FROM passages_${side} WHERE document = ? AND idx > ? ORDER BY idx LIMIT ?`,
      ...[document, after, limit],
    )
    .toArray()
    .map(chunkOf);
}

/** The titles that passages are found by: the document's and the headings over the passage. */
export function titlesOf(sql: SqlStorage, side: Side, rows: readonly number[]): Map<number, string> {
  const found = sql.exec<{ row: number; title: string }>(
    `SELECT p.row, d.title || ' ' || p.heading AS title FROM json_each(?) wanted
     CROSS JOIN passages_${side} p ON p.row = wanted.value JOIN documents d ON d.number = p.document`,
    JSON.stringify(rows),
  );
  return new Map([...found].map(({ row, title }) => [row, title]));
}

/** The passages with the titles that they are found by. */
export function textsOf(sql: SqlStorage, side: Side, rows: readonly number[]) {
  return sql.exec<{ row: number; title: string; body: string }>(
    `SELECT p.row, d.title || ' ' || p.heading AS title, p.body FROM json_each(?) wanted
     CROSS JOIN passages_${side} p ON p.row = wanted.value JOIN documents d ON d.number = p.document`,
    JSON.stringify(rows),
  );
}

/** The rows of the passages with these ids; ids that aren't here are left out. */
export function rowsOfIds(sql: SqlStorage, side: Side, ids: readonly ChunkId[]): Map<ChunkId, number> {
  const found = sql.exec<{ id: ChunkId; row: number }>(
    `SELECT p.id, min(p.row) AS row FROM json_each(?) wanted CROSS JOIN passages_${side} p ON p.id = wanted.value GROUP BY p.id`,
    JSON.stringify(ids),
  );
  return new Map([...found].map(({ id, row }) => [id, row]));
}

export function idsOfRows(sql: SqlStorage, side: Side, rows: readonly number[]): Map<number, ChunkId> {
  const found = sql.exec<{ id: ChunkId; row: number }>(
    `SELECT p.id, p.row FROM json_each(?) wanted CROSS JOIN passages_${side} p ON p.row = wanted.value`,
    JSON.stringify(rows),
  );
  return new Map([...found].map(({ id, row }) => [row, id]));
}

type HitRow = ChunkRow & {
  row: number;
  bytes: string;
  document_id: DocumentId;
  document_version: number;
  title: string;
};

/** The passages as hits, by row, with the places of words that have one of the stems. */
export function hitsOf(
  sql: SqlStorage,
  side: Side,
  rows: readonly number[],
  stems: ReadonlySet<string>,
): Map<number, IndexHit> {
  const found = sql.exec<HitRow>(
    `SELECT p.row, p.id, p.idx, p.body, p.locator, p.bytes, d.id AS document_id, d.version AS document_version, d.title
     FROM json_each(?) wanted CROSS JOIN passages_${side} p ON p.row = wanted.value
       JOIN documents d ON d.number = p.document`,
    JSON.stringify(rows),
  );
  return new Map([...found].map((hit) => [hit.row, hitOf(hit, stems)]));
}

/** The same by ids, in their order; those that aren't here are left out. */
export function hitsOfIds(
  sql: SqlStorage,
  side: Side,
  ids: readonly ChunkId[],
  stems: ReadonlySet<string>,
): IndexHit[] {
  const rows = rowsOfIds(sql, side, ids);
  const hits = hitsOf(sql, side, [...rows.values()], stems);
  return ids.flatMap((id) => hits.get(rows.get(id) ?? -1) ?? []);
}

function hitOf(row: HitRow, stems: ReadonlySet<string>): IndexHit {
  const { bytes, document_id, document_version, title } = row;
  const highlights = highlightsOf(row.body, stems);
  return { ...chunkOf(row), document_id, document_version, title, bytes: JSON.parse(bytes), highlights };
}
