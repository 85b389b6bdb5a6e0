import type { UserId } from "../../../platform/ids.ts";
import { prefixesOf, prefixOf, SHARED_BY } from "./policy.ts";

/** A completion reads no more rows than this, and of those kept for all to see no more than `SHARED_ROWS`. */
export const COMPLETION_ROWS = 8;
const SHARED_ROWS = 5;

const standing = (users: number, found: boolean): number => (found && users >= SHARED_BY ? users : 0);

/** Past queries by their beginnings: a row per beginning for what several people asked and found something by. */
export class Completions {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Follows a query from what it was to what it is now. */
  follow(text: string, was: { users: number; found: boolean }, is: { users: number; found: boolean }): void {
    const [before, after] = [standing(was.users, was.found), standing(is.users, is.found)];
    if (before === after) return;
    const prefixes = JSON.stringify(prefixesOf(text));
    if (before === 0)
      this.#sql.exec(
        "INSERT INTO completions (prefix, users, text) SELECT value, ?, ? FROM json_each(?)",
        ...[after, text, prefixes],
      );
    else if (after === 0)
      this.#sql.exec(
        "DELETE FROM completions WHERE prefix IN (SELECT value FROM json_each(?)) AND users = ? AND text = ?",
        ...[prefixes, before, text],
      );
    else
      this.#sql.exec(
        "UPDATE completions SET users = ? WHERE prefix IN (SELECT value FROM json_each(?)) AND users = ? AND text = ?",
        ...[after, prefixes, before, text],
      );
  }

  /**
   * Queries that begin so: first what at least two people asked, by how many they are, then the user's own in the
   * order of the alphabet. Of what goes on beyond the longest kept beginning, only the best few are looked at.
   */
  complete(start: string, user: UserId, limit: number): string[] {
    if (start.trim() === "") return [];
    const shared = this.#texts(
      "SELECT text FROM completions WHERE prefix = ? ORDER BY users DESC, text LIMIT ?",
      ...[prefixOf(start), Math.min(limit, SHARED_ROWS)],
    );
    const own = this.#texts(
      "SELECT text FROM askers WHERE user = ? AND found = 1 AND text >= ? AND text < ? ORDER BY text LIMIT ?",
      ...[user, start, `${start}\u{10FFFF}`, Math.min(limit, COMPLETION_ROWS - shared.length)],
    );
    return [...new Set([...shared.filter((text) => text.startsWith(start)), ...own])].slice(0, limit);
  }

  #texts(query: string, ...values: (string | number)[]): string[] {
    return this.#sql
      .exec<{ text: string }>(query, ...values)
      .toArray()
      .map(({ text }) => text);
  }
}
