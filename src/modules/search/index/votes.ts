import type { ChunkId, DocumentId, UserId } from "../../../platform/ids.ts";
import type { Votes } from "../ranking/feedback.ts";
import { stemsOf } from "../text/stems.ts";
import type { Side } from "./schema.ts";

/** Votes on more passages than this, for one query, are not looked at. */
const MAX_PASSAGES = 200;

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

/** The votes for one query, by row of the passage. */
export function votesOn(sql: SqlStorage, side: Side, key: string): Map<number, Votes> {
  const found = sql.exec<{ row: number; voters: number; mean: number }>(
    `SELECT p.row, v.voters, v.mean FROM
       (SELECT chunk_id, count(*) AS voters, avg(rating) AS mean FROM votes WHERE query_key = ? GROUP BY chunk_id LIMIT ?) v
     CROSS JOIN passages_${side} p ON p.id = v.chunk_id`,
    ...[key, MAX_PASSAGES],
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
