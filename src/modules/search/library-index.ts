import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";
import type { DocumentId } from "../../platform/ids.ts";
import type {
  Build,
  BuildAnswer,
  IndexedChunk,
  IndexedDocument,
  IndexHit,
  IndexQuery,
  SearchFilters,
  StoredChunk,
} from "./index-types.ts";
import { MARK_END, MARK_START, spansOf, withSplitRuns, wordsOf } from "./query.ts";

/** Counting stops here: nobody reads on, and a common word must not cost the whole library. */
const MAX_TOTAL = 1_000;

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
    if (answer !== "ok") return answer;
    const title = this.#document(document)?.title ?? "";
    this.ctx.storage.transactionSync(() => {
      this.#delete("document_id = ? AND build = ? AND unit >= ? AND unit < ?", document, build, from, to);
      for (const chunk of chunks) this.#insert(document, build, title, chunk);
    });
    return "ok";
  }

  /** Shows the build in place of the one before it. `incomplete` if not `count` chunks were staged. */
  publish(document: DocumentId, build: Build, count: number): BuildAnswer | "incomplete" {
    const answer = this.#writable(document, build);
    if (answer !== "ok") return answer;
    if (this.#count(document, build) !== count) return "incomplete";
    this.ctx.storage.transactionSync(() => {
      this.#sql.exec("UPDATE documents SET visible_build = ? WHERE id = ?", build, document);
      this.#delete("document_id = ? AND build <> ?", document, build);
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

  /** Follows a change of the document's metadata, title and filters alike; an older version changes nothing. */
  describe({ author, category, id, language, tags, title, version }: IndexedDocument): void {
    const known = this.#document(id);
    if (known === undefined || known.removed || version <= known.version) return;
    this.ctx.storage.transactionSync(() => {
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
      if (known.title !== title) this.#retitle(id, title);
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

  /** The best hits by BM25, a title counting twice, among published chunks that pass the filters. */
  search({ filters, limit, match }: IndexQuery): { hits: IndexHit[]; total: number } {
    const { conditions, values } = filterSql(filters);
    const from = `FROM chunks_fts f JOIN chunks c ON c.rowid = f.rowid JOIN documents d ON d.id = c.document_id
      WHERE chunks_fts MATCH ? AND c.build = d.visible_build ${conditions}`;
    const hits = this.#sql
      .exec<HitRow>(
        `SELECT c.id, c.idx, c.body, c.locator, c.document_id, d.title, -bm25(chunks_fts, 2, 1) AS relevance,
           highlight(chunks_fts, 1, '${MARK_START}', '${MARK_END}') AS marked
         ${from} ORDER BY bm25(chunks_fts, 2, 1), c.rowid LIMIT ?`,
        match,
        ...values,
        limit,
      )
      .toArray()
      .map((row) => ({
        ...chunkOf(row),
        document_id: row.document_id,
        title: row.title,
        relevance: row.relevance,
        highlights: spansOf(row.marked),
      }));
    const counted = this.#sql
      .exec<{ total: number }>(
        `SELECT count(*) AS total FROM (SELECT 1 ${from} LIMIT ${MAX_TOTAL})`,
        match,
        ...values,
      )
      .one();
    return { hits, total: counted.total };
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
    const indexed = indexedTitle(title, chunk.heading);
    const { rowid } = this.#sql
      .exec<{ rowid: number }>(
        `INSERT INTO chunks (id, document_id, build, idx, unit, locator, heading, title, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING rowid`,
        chunk.id,
        document,
        build,
        chunk.index,
        chunk.unit,
        JSON.stringify(chunk.locator),
        chunk.heading,
        indexed,
        chunk.text,
      )
      .one();
    this.#sql.exec(
      "INSERT INTO chunks_fts (rowid, title, body) VALUES (?, ?, ?)",
      rowid,
      indexed,
      chunk.text,
    );
  }

  /** Takes chunks out of both tables; FTS5 must be told the very text that it had indexed. */
  #delete(condition: string, ...values: (string | number)[]): void {
    this.#sql.exec(
      `INSERT INTO chunks_fts (chunks_fts, rowid, title, body)
       SELECT 'delete', rowid, title, body FROM chunks WHERE ${condition}`,
      ...values,
    );
    this.#sql.exec(`DELETE FROM chunks WHERE ${condition}`, ...values);
  }

  #retitle(document: string, title: string): void {
    const rows = this.#sql
      .exec<{ rowid: number; heading: string; title: string }>(
        "SELECT rowid, heading, title FROM chunks WHERE document_id = ?",
        document,
      )
      .toArray();
    for (const row of rows) {
      const next = indexedTitle(title, row.heading);
      this.#sql.exec(
        "INSERT INTO chunks_fts (chunks_fts, rowid, title, body) SELECT 'delete', rowid, title, body FROM chunks WHERE rowid = ?",
        row.rowid,
      );
      this.#sql.exec("UPDATE chunks SET title = ? WHERE rowid = ?", next, row.rowid);
      this.#sql.exec(
        "INSERT INTO chunks_fts (rowid, title, body) SELECT rowid, title, body FROM chunks WHERE rowid = ?",
        row.rowid,
      );
    }
  }
}

type ChunkRow = { id: StoredChunk["id"]; idx: number; body: string; locator: string };
type HitRow = ChunkRow & { document_id: DocumentId; title: string; relevance: number; marked: string };

function chunkOf(row: ChunkRow): StoredChunk {
  return { id: row.id, index: row.idx, text: row.body, locator: JSON.parse(row.locator) };
}

/** What a chunk is found by besides its text: the document's title, its heading path, and their letter-digit runs. */
function indexedTitle(title: string, heading: string): string {
  return withSplitRuns(wordsOf(`${title} ${heading}`)).join(" ");
}

function filterSql(filters: SearchFilters): { conditions: string; values: string[] } {
  const conditions: string[] = [];
  const values: string[] = [];
  const add = (condition: string, value: string | undefined) => {
    if (value === undefined) return;
    conditions.push(`AND ${condition}`);
    values.push(value);
  };
  add("d.category = ?", filters.category);
  add("d.author = ?", filters.author);
  add("d.language = ?", filters.language);
  add(
    "d.id IN (SELECT value FROM json_each(?))",
    filters.document_ids && JSON.stringify(filters.document_ids),
  );
  for (const tag of filters.tags ?? []) add("EXISTS (SELECT 1 FROM json_each(d.tags) WHERE value = ?)", tag);
  return { conditions: conditions.join(" "), values };
}
