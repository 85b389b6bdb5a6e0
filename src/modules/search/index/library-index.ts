import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../../env.ts";
import type { DocumentId } from "../../../platform/ids.ts";
import { withSplitRuns, wordsOf } from "../text/words.ts";
import { type ChunkRow, chunkOf, searchChunks } from "./lexical.ts";
import type {
  Build,
  BuildAnswer,
  IndexedChunk,
  IndexedDocument,
  IndexHit,
  IndexQuery,
  StoredChunk,
} from "./types.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, author TEXT, category TEXT, language TEXT, tags TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    latest_build TEXT NOT NULL, abandoned INTEGER NOT NULL DEFAULT 0, visible_build TEXT,
    removed INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS chunks (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, document_id TEXT NOT NULL, build TEXT NOT NULL, idx INTEGER NOT NULL,
    unit INTEGER NOT NULL, locator TEXT NOT NULL, heading TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (document_id, build, idx)
  );
  CREATE INDEX IF NOT EXISTS chunks_by_unit ON chunks (document_id, build, unit);
  CREATE VIRTUAL TABLE IF NOT EXISTS chunks_fts USING fts5(
    title, body, content='chunks', content_rowid='rowid', tokenize='porter unicode61');
`;

interface DocumentState extends Record<string, SqlStorageValue> {
  title: string;
  version: number;
  latest_build: string;
  abandoned: number;
  visible_build: string | null;
  removed: number;
}

/**
 * The search index of one desk: chunks and their full text, derived from the extracted text in R2. A build is
 * staged unseen, then published whole; a build that was overtaken, abandoned or removed can write nothing.
 */
export class LibraryIndex extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(SCHEMA);
  }

  /** Opens a build of the document; doing it again is harmless. */
  begin(document: IndexedDocument, build: Build): BuildAnswer {
    const known = this.#document(document.id);
    if (known?.removed) return "removed";
    if (known && (build < known.latest_build || (build === known.latest_build && known.abandoned)))
      return "stale";
    this.#sql.exec(
      `INSERT INTO documents (id, title, tags, latest_build) VALUES (?, '', '[]', ?)
       ON CONFLICT (id) DO UPDATE SET latest_build = excluded.latest_build, abandoned = 0`,
      document.id,
      build,
    );
    this.describe(document);
    return "ok";
  }

  /** Stages the chunks of the units [from, to), in place of what the build had there. */
  put(document: DocumentId, build: Build, from: number, to: number, chunks: IndexedChunk[]): BuildAnswer {
    const answer = this.#writable(document, build);
    const known = this.#document(document);
    if (answer !== "ok" || known?.visible_build === build) return answer;
    this.ctx.storage.transactionSync(() => {
      this.#delete("document_id = ? AND build = ? AND unit >= ? AND unit < ?", document, build, from, to);
      for (const chunk of chunks) this.#insert(document, build, known?.title ?? "", chunk);
    });
    return "ok";
  }

  /**
   * Shows the build in place of the one before it. Only published chunks are in the full-text table, so a search
   * looks at nothing else. `incomplete` if not `count` chunks were staged.
   */
  publish(document: DocumentId, build: Build, count: number): BuildAnswer | "incomplete" {
    const answer = this.#writable(document, build);
    if (answer !== "ok" || this.#document(document)?.visible_build === build) return answer;
    if (this.#count(document, build) !== count) return "incomplete";
    this.ctx.storage.transactionSync(() => {
      this.#delete("document_id = ? AND build <> ?", document, build);
      this.#sql.exec("UPDATE documents SET visible_build = ? WHERE id = ?", build, document);
      this.#sql.exec(
        `INSERT INTO chunks_fts (rowid, title, body)
         SELECT rowid, title, body FROM chunks WHERE document_id = ? AND build = ?`,
        document,
        build,
      );
    });
    return "ok";
  }

  /** Ends a build without a result: its chunks go and nothing more of it is taken, even what comes late. */
  abandon(document: IndexedDocument, build: Build): void {
    this.begin(document, build);
    this.ctx.storage.transactionSync(() => {
      this.#delete("document_id = ? AND build = ?", document.id, build);
      this.#sql.exec(
        "UPDATE documents SET abandoned = 1 WHERE id = ? AND latest_build = ?",
        document.id,
        build,
      );
      this.#sql.exec(
        "UPDATE documents SET visible_build = NULL WHERE id = ? AND visible_build = ?",
        document.id,
        build,
      );
    });
  }

  /** Takes the document out for good; its name stays behind so that no late write brings it back. */
  remove(document: DocumentId): void {
    this.ctx.storage.transactionSync(() => {
      this.#delete("document_id = ?", document);
      this.#sql.exec(
        `INSERT INTO documents (id, title, tags, latest_build, removed) VALUES (?, '', '[]', '', 1)
         ON CONFLICT (id) DO UPDATE SET title = '', author = NULL, tags = '[]', visible_build = NULL, removed = 1`,
        document,
      );
    });
  }

  /**
   * Follows a change of the document's metadata, title and filters alike; an older version changes nothing. One that
   * comes before the first build is kept for it: the build may have read the document before the edit.
   */
  describe({ author, category, id, language, tags, title, version }: IndexedDocument): void {
    const known = this.#document(id);
    if (known?.removed || version <= (known?.version ?? 0)) return;
    this.ctx.storage.transactionSync(() => {
      this.#sql.exec(
        "INSERT INTO documents (id, title, tags, latest_build) VALUES (?, '', '[]', '') ON CONFLICT DO NOTHING",
        id,
      );
      this.#sql.exec(
        "UPDATE documents SET title = ?, author = ?, category = ?, language = ?, tags = ?, version = ? WHERE id = ?",
        title,
        author,
        category,
        language,
        JSON.stringify(tags),
        version,
        id,
      );
      if (known && known.title !== title) this.#retitle(id, title);
    });
  }

  /** The published chunks of a document after number `after`, at most `limit`. */
  chunks(document: DocumentId, after: number, limit: number): StoredChunk[] {
    return this.#sql
      .exec<ChunkRow>(
        `SELECT c.id, c.idx, c.body, c.locator FROM chunks c JOIN documents d ON d.id = c.document_id
         WHERE c.document_id = ? AND c.build = d.visible_build AND c.idx > ? ORDER BY c.idx LIMIT ?`,
        document,
        after,
        limit,
      )
      .toArray()
      .map(chunkOf);
  }

  search(query: IndexQuery): { hits: IndexHit[]; total: number } {
    return searchChunks(this.#sql, query);
  }

  #document(id: string): DocumentState | undefined {
    const query =
      "SELECT title, version, latest_build, abandoned, visible_build, removed FROM documents WHERE id = ?";
    return this.#sql.exec<DocumentState>(query, id).toArray()[0];
  }

  #writable(document: string, build: string): BuildAnswer {
    const known = this.#document(document);
    if (known?.removed) return "removed";
    return known?.latest_build === build && !known.abandoned ? "ok" : "stale";
  }

  #count(document: string, build: string): number {
    const query = "SELECT count(*) AS n FROM chunks WHERE document_id = ? AND build = ?";
    return this.#sql.exec<{ n: number }>(query, document, build).one().n;
  }

  #insert(document: string, build: string, title: string, chunk: IndexedChunk): void {
    this.#sql.exec(
      `INSERT INTO chunks (id, document_id, build, idx, unit, locator, heading, title, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      chunk.id,
      document,
      build,
      chunk.index,
      chunk.unit,
      JSON.stringify(chunk.locator),
      chunk.heading,
      indexedTitle(title, chunk.heading),
      chunk.text,
    );
  }

  /** Takes chunks out of both tables; FTS5 must be told the very text that it had indexed. */
  #delete(condition: string, ...values: (string | number)[]): void {
    this.#unindex(condition, ...values);
    this.#sql.exec(`DELETE FROM chunks WHERE ${condition}`, ...values);
  }

  #unindex(condition: string, ...values: (string | number)[]): void {
    this.#sql.exec(
      `INSERT INTO chunks_fts (chunks_fts, rowid, title, body) SELECT 'delete', rowid, title, body FROM chunks
       WHERE ${condition} AND build = (SELECT visible_build FROM documents WHERE id = chunks.document_id)`,
      ...values,
    );
  }

  /** Gives every chunk of a document its new title; the published ones are indexed anew. */
  #retitle(document: string, title: string): void {
    this.#unindex("document_id = ?", document);
    const rows = this.#sql
      .exec<{ rowid: number; heading: string }>(
        "SELECT rowid, heading FROM chunks WHERE document_id = ?",
        document,
      )
      .toArray();
    for (const { heading, rowid } of rows) {
      this.#sql.exec("UPDATE chunks SET title = ? WHERE rowid = ?", indexedTitle(title, heading), rowid);
    }
    this.#sql.exec(
      `INSERT INTO chunks_fts (rowid, title, body) SELECT c.rowid, c.title, c.body
       FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.id = ? AND c.build = d.visible_build`,
      document,
    );
  }
}

/** What a chunk is found by besides its text: the document's title, its heading path, and their letter-digit runs. */
function indexedTitle(title: string, heading: string): string {
  return withSplitRuns(wordsOf(`${title} ${heading}`)).join(" ");
}
