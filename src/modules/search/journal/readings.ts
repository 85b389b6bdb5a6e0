import type { UserId } from "../../../platform/ids.ts";
import { KINDS, type Kind, SHARED_BY, type Window } from "./policy.ts";
import type { Activity, AskedQuery, Trends } from "./types.ts";

/** A list of an analysis is no longer. */
const MOST = 20;

/** What is read of a journal whose windows stand at the moment of reading. */
export class JournalReadings {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What several people asked, by how many they are and how lately; then what only the user did, the latest first. */
  trends(window: Window, since: number, user: UserId, limit: number): Trends {
    const [queries, no_hits] = KINDS.map((kind) => {
      const shared = this.#asked(kind, window, SHARED_BY, limit);
      return [...shared, ...this.#own(kind, window, since, user, limit - shared.length)];
    });
    return { queries: queries ?? [], no_hits: no_hits ?? [] };
  }

  /** What anybody asked: the most asked first, the latest first among equals. */
  mostAsked(window: Window): Trends {
    return {
      queries: this.#asked("asked", window, 1, MOST),
      no_hits: this.#asked("missed", window, 1, MOST),
    };
  }

  /** Reads a row per person that searched within the last 30 days. */
  activeUsers(window: Window): Activity[] {
    const column = `"searches_${window}"`;
    return this.#sql
      .exec<{ user: UserId; searches: number }>(
        `SELECT user, ${column} AS searches FROM people WHERE ${column} > 0 ORDER BY searches DESC, user LIMIT ?`,
        MOST,
      )
      .toArray();
  }

  #asked(kind: Kind, window: Window, users: number, limit: number): AskedQuery[] {
    const column = `"${kind}_${window}"`;
    return this.#sql
      .exec<{ query: string; users: number; last_at: number }>(
        `SELECT text AS query, ${column} AS users, ${kind}_at AS last_at FROM queries
         WHERE ${column} > 0 AND ${column} >= ? ORDER BY ${column} DESC, ${kind}_at DESC LIMIT ?`,
        ...[users, limit],
      )
      .toArray();
  }

  /** Fewer than `limit` of the shared ones were there, so that no more than those are passed over here. */
  #own(kind: Kind, window: Window, since: number, user: UserId, limit: number): AskedQuery[] {
    if (limit <= 0) return [];
    return this.#sql
      .exec<{ query: string; users: number; last_at: number }>(
        `SELECT a.text AS query, 1 AS users, a.${kind}_at AS last_at
         FROM askers a INDEXED BY askers_own_${kind} CROSS JOIN queries q ON q.id = a.query
         WHERE a.user = ? AND a.${kind}_at > ? AND q."${kind}_${window}" < ?
         ORDER BY a.${kind}_at DESC LIMIT ?`,
        ...[user, since, SHARED_BY, limit],
      )
      .toArray();
  }
}
