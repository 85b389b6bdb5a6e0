/** The tables of a desk's index. A change of them that old rows don't fit raises the version: then all is rebuilt. */
export const SCHEMA_VERSION = 6;

/** An index is built on one side while the other is read, so that no answer mixes an old index with a new one. */
export type Side = 0 | 1;

const COMMON = `
  CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY CHECK (id = 1), live INTEGER NOT NULL DEFAULT 0, rebuild TEXT, flipped_by TEXT,
    model INTEGER NOT NULL DEFAULT 0, trained_on INTEGER NOT NULL DEFAULT 0, candidate INTEGER, training_until INTEGER NOT NULL
    DEFAULT 0, last_model INTEGER NOT NULL DEFAULT 0
  );
  INSERT OR IGNORE INTO state (id) VALUES (1);
  CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, author TEXT, category TEXT, language TEXT,
    tags TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0, latest_build TEXT NOT NULL,
    abandoned INTEGER NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS staged (
    document INTEGER NOT NULL, build TEXT NOT NULL, idx INTEGER NOT NULL, unit INTEGER NOT NULL, id TEXT NOT NULL,
    locator TEXT NOT NULL, bytes TEXT NOT NULL, heading TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (document, build, idx)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS vectors (
    side INTEGER NOT NULL, kind TEXT NOT NULL, block INTEGER NOT NULL, bytes BLOB NOT NULL,
    UNIQUE (side, kind, block)
  );
  CREATE TABLE IF NOT EXISTS models (
    model INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (model, part)
  );
  CREATE TABLE IF NOT EXISTS vocabulary (part INTEGER PRIMARY KEY, words TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS votes (
    query_key TEXT NOT NULL, chunk_id TEXT NOT NULL, user TEXT NOT NULL, document_id TEXT NOT NULL, rating INTEGER NOT NULL,
    PRIMARY KEY (query_key, chunk_id, user)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS votes_by_user ON votes (user);
  CREATE INDEX IF NOT EXISTS votes_by_document ON votes (document_id);
`;

/** Marks belong to words, as vowels do in Hindi; accents of Latin letters count for nothing. */
const TOKENS = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'";

/**
 * `stems` finds words in whatever form, `forms` words as they stand, with the parts of identifiers and the symbols of
 * mathematics beside them. `titles` has those of documents with published passages, under the document's number. A row
 * number that came free is used again, so that vectors stay dense.
 */
const ofSide = (side: Side) => `
  CREATE TABLE IF NOT EXISTS passages_${side} (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, document INTEGER NOT NULL, idx INTEGER NOT NULL, locator TEXT NOT NULL,
    bytes TEXT NOT NULL, heading TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (document, idx)
  );
  CREATE INDEX IF NOT EXISTS passages_${side}_by_id ON passages_${side} (id);
  CREATE TABLE IF NOT EXISTS free_${side} (row INTEGER PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS published_${side} (
    document INTEGER PRIMARY KEY, build TEXT NOT NULL, chunks INTEGER NOT NULL
  );
  CREATE VIRTUAL TABLE IF NOT EXISTS stems_${side} USING fts5(
    title, body, content='', contentless_delete=1, tokenize="porter ${TOKENS}");
  CREATE VIRTUAL TABLE IF NOT EXISTS forms_${side} USING fts5(
    words, forms, content='', contentless_delete=1, tokenize="${TOKENS} tokenchars '_'");
  CREATE VIRTUAL TABLE IF NOT EXISTS titles_${side} USING fts5(title, document_id UNINDEXED, prefix='1 2 3', tokenize="${TOKENS}");
  CREATE VIRTUAL TABLE IF NOT EXISTS stem_counts_${side} USING fts5vocab(stems_${side}, row);
  CREATE VIRTUAL TABLE IF NOT EXISTS word_counts_${side} USING fts5vocab(forms_${side}, col);
`;

const SIDE_TABLES = [
  "stem_counts",
  "word_counts",
  "stems",
  "forms",
  "titles",
  "passages",
  "free",
  "published",
];

export function createTables(sql: SqlStorage): void {
  dropOlder(sql);
  sql.exec(COMMON + ofSide(0) + ofSide(1));
}

/** Empties a side at once, whatever it holds. */
export function clearSide(sql: SqlStorage, side: Side): void {
  for (const table of SIDE_TABLES) sql.exec(`DROP TABLE IF EXISTS ${table}_${side}`);
  sql.exec("DELETE FROM vectors WHERE side = ?", side);
  sql.exec(ofSide(side));
}

/** What an older version of the code has left: derived rows that a reindex makes anew. Votes are nobody's to make anew. */
function dropOlder(sql: SqlStorage): void {
  sql.exec("CREATE TABLE IF NOT EXISTS version (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)");
  const known = sql.exec<{ version: number }>("SELECT version FROM version").toArray()[0]?.version;
  if (known === SCHEMA_VERSION) return;
  const tables = sql
    .exec<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'
       AND name NOT IN ('version', 'votes') ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC`,
    )
    .toArray();
  for (const { name } of tables) sql.exec(`DROP TABLE IF EXISTS "${name}"`);
  sql.exec("INSERT OR REPLACE INTO version (id, version) VALUES (1, ?)", SCHEMA_VERSION);
}
