import type { ChunkId } from "../../../platform/ids.ts";
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

/** Keeps a person's vote, from 1 to 5, on a passage as an answer to a query, in place of an earlier one. */
export function vote(
  sql: SqlStorage,
  { chunk, query, rating, user }: { chunk: ChunkId; query: string; rating: number; user: string },
): void {
  sql.exec(
    "INSERT OR REPLACE INTO votes (query_key, chunk_id, user, rating) VALUES (?, ?, ?, ?)",
    ...[queryKey(query), chunk, user, rating],
  );
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

export function forgetVotesOf(sql: SqlStorage, user: string): void {
  sql.exec("DELETE FROM votes WHERE user = ?", user);
}

/** Drops the votes on a document's passages, before these go. */
export function dropVotesOn(sql: SqlStorage, side: Side, document: number): void {
  sql.exec(
    `DELETE FROM votes WHERE chunk_id IN (SELECT id FROM passages_${side} WHERE document = ?)`,
    document,
  );
}
