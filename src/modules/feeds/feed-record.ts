import { EventLog, type LoggedEvent } from "../live/event-log.ts";
import type { FeedItem } from "../live/feed-api.ts";

/** Notifications that a feed keeps, and those of them that a snapshot shows. */
const KEPT = 100;
const SHOWN = 20;

type Shown = FeedItem & { read: boolean };
/** What an event of the feed tells: a new notification, or which were read; and how many are unread after it. */
export type FeedNews = { notification: Shown; unread: number } | { read: string[]; unread: number };

/** A user's latest notifications and the numbered story of them, changed together and synchronously. */
export class FeedRecord {
  readonly log: EventLog<FeedNews>;
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.log = new EventLog(storage);
    storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS items
        (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, item TEXT NOT NULL, read INTEGER NOT NULL)`);
  }

  /** Undefined where it was told before. */
  add(item: FeedItem, at: number): LoggedEvent<FeedNews> | undefined {
    return this.#storage.transactionSync(() => {
      const { sql } = this.#storage;
      const added = sql
        .exec(
          "INSERT INTO items (id, item, read) VALUES (?, ?, 0) ON CONFLICT (id) DO NOTHING RETURNING n",
          item.id,
          JSON.stringify(item),
        )
        .toArray();
      if (added.length === 0) return undefined;
      sql.exec("DELETE FROM items WHERE n <= (SELECT max(n) FROM items) - ?", KEPT);
      return this.log.append({ notification: { ...item, read: false }, unread: this.#unread() }, at);
    });
  }

  /** Undefined where none of them was unread. */
  markRead(ids: string[] | "all", at: number): LoggedEvent<FeedNews> | undefined {
    return this.#storage.transactionSync(() => {
      const wanted = ids === "all" ? null : JSON.stringify(ids);
      const read = this.#storage.sql
        .exec<{ id: string }>(
          `UPDATE items SET read = 1
           WHERE read = 0 AND (?1 IS NULL OR id IN (SELECT value FROM json_each(?1))) RETURNING id`,
          wanted,
        )
        .toArray();
      if (read.length === 0) return undefined;
      return this.log.append({ read: read.map(({ id }) => id), unread: this.#unread() }, at);
    });
  }

  forget(): void {
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("DELETE FROM items");
      this.log.forget();
    });
  }

  snapshot(): { seq: number; unread: number; notifications: Shown[] } {
    const rows = this.#storage.sql
      .exec<{ item: string; read: number }>("SELECT item, read FROM items ORDER BY n DESC LIMIT ?", SHOWN)
      .toArray();
    const notifications = rows.map(({ item, read }) => ({ ...JSON.parse(item), read: read === 1 }));
    return { seq: this.log.seq, unread: this.#unread(), notifications };
  }

  #unread(): number {
    return this.#storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM items WHERE read = 0").one().n;
  }
}
