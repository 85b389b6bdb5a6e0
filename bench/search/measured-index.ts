import type { Env } from "../../src/env.ts";
import { LibraryIndex } from "../../src/modules/search/index/library-index.ts";

export interface SearchWork {
  took_ms: number;
  rows_read: number;
}

/** The desk's index as it is, which also notes what its latest search took. */
export class MeasuredIndex extends LibraryIndex {
  readonly #cursors: { rowsRead: number }[] = [];
  #latest: SearchWork = { took_ms: 0, rows_read: 0 };

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    const exec = sql.exec.bind(sql);
    sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...values: unknown[]) => {
      const cursor = exec<T>(query, ...values);
      this.#cursors.push(cursor);
      return cursor;
    };
  }

  override search(...query: Parameters<LibraryIndex["search"]>): ReturnType<LibraryIndex["search"]> {
    this.#cursors.length = 0;
    const started = performance.now();
    const found = super.search(...query);
    const took_ms = performance.now() - started;
    this.#latest = { took_ms, rows_read: this.#cursors.reduce((sum, cursor) => sum + cursor.rowsRead, 0) };
    return found;
  }

  /** What the latest search took. */
  latestWork(): SearchWork {
    return this.#latest;
  }
}
