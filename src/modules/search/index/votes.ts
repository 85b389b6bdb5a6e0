import type { ChunkId, DocumentId, UserId } from "../../../platform/ids.ts";
import type { Votes } from "../ranking/feedback.ts";
import { stemsOf } from "../text/stems.ts";
import type { Side } from "./schema.ts";

/** Queries that ask the same in other forms or order share their votes. */
export function queryKey(query: string): string {
  const stems = [...new Set(stemsOf(query))].sort();
  return stems.length > 0 ? stems.join(" ") : query.trim().toLowerCase();
}

/** What a person thinks of a passage as the answer to a query, from 1 to 5. */
export interface Vote {
  chunk: ChunkId;
  query: string;
  rating: number;
  user: UserId;
}

/** Keeps a vote in place of the person's earlier one; false where the desk has no such passage. */
export function vote(sql: SqlStorage, side: Side, { chunk, query, rating, user }: Vote): boolean {
  const kept = sql.exec(
    `INSERT OR REPLACE INTO votes (query_key, chunk_id, user, document_id, rating)
     SELECT ?, p.id, ?, d.id, ? FROM passages_${side} p JOIN documents d ON d.number = p.document WHERE p.id = ? LIMIT 1
     RETURNING 1`,
    ...[queryKey(query), user, rating, chunk],
  );
  return kept.toArray().length > 0;
}

/** The votes on these rows' passages for one query; those on others, however many, cost nothing and hide none. */
export function votesOn(
  sql: SqlStorage,
  side: Side,
  key: string,
  rows: readonly number[],
): Map<number, Votes> {
  if (sql.exec("SELECT 1 FROM votes WHERE query_key = ? LIMIT 1", key).toArray().length === 0)
    return new Map();
  const found = sql.exec<{ row: number; voters: number; mean: number }>(
    `SELECT p.row, count(*) AS voters, avg(v.rating) AS mean FROM json_each(?) wanted
       CROSS JOIN passages_${side} p ON p.row = wanted.value
       CROSS JOIN votes v ON v.query_key = ? AND v.chunk_id = p.id GROUP BY p.row`,
    ...[JSON.stringify(rows), key],
  );
  return new Map([...found].map(({ mean, row, voters }) => [row, { mean, voters }]));
}

export function forgetVotesOf(sql: SqlStorage, user: UserId): void {
  sql.exec("DELETE FROM votes WHERE user = ?", user);
}

/** Drops the votes on a document's passages, on those too that an earlier reading of it had. */
export function dropVotesOn(sql: SqlStorage, document: DocumentId): void {
  sql.exec("DELETE FROM votes WHERE document_id = ?", document);
}
