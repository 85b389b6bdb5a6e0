import type { Env } from "../../src/env.ts";
import { LibraryIndex } from "../../src/modules/search/index/library-index.ts";

export interface SearchWork {
  /** In whole milliseconds, as the Worker's clock counts. */
  took_ms: number;
  rows_read: number;
}

type Search = LibraryIndex["search"];

/** The desk's index as it is, which also notes what its latest search took. One search at a time. */
export class MeasuredIndex extends LibraryIndex {
  /** The statements of the search that runs. */
  #statements: { rowsRead: number }[] | undefined;
  #latest: SearchWork = { took_ms: 0, rows_read: 0 };

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    const exec = sql.exec.bind(sql);
    sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...values: unknown[]) => {
      const cursor = exec<T>(query, ...values);
      this.#statements?.push(cursor);
      return cursor;
    };
  }

  override search(...query: Parameters<Search>): ReturnType<Search> {
    const statements: { rowsRead: number }[] = [];
    this.#statements = statements;
    const started = performance.now();
    const found = super.search(...query);
    const note = () => {
      const rows_read = statements.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
      this.#latest = { took_ms: performance.now() - started, rows_read };
      this.#statements = undefined;
    };
    // Whether it answers at once or later, it is noted before the caller can ask for it.
    Promise.resolve(found).then(note, note);
    return found;
  }

  /** What the latest search took. */
  latestWork(): SearchWork {
    return this.#latest;
  }
}
