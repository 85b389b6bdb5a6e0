-- `job_id` names the ingestion in force: what an older one still writes is refused. `text_build` names the one
-- whose text is in R2. `write_token` is new with each edit, so a batch can hang its other rows on its own success.
CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  file_name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  format TEXT,
  title TEXT NOT NULL,
  author TEXT,
  description TEXT,
  category TEXT,
  language TEXT,
  tags TEXT NOT NULL DEFAULT '[]',
  status TEXT NOT NULL CHECK (status IN
    ('uploaded', 'processing', 'indexing', 'completed', 'failed', 'cancelled')),
  error TEXT,
  unit_count INTEGER,
  chunk_count INTEGER,
  job_id TEXT NOT NULL,
  text_build TEXT,
  write_token TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  UNIQUE (desk_id, sha256)
) STRICT;
CREATE INDEX documents_by_age ON documents (desk_id, created_at, id);
CREATE INDEX documents_by_title ON documents (desk_id, title COLLATE NOCASE, id);
CREATE INDEX documents_by_change ON documents (desk_id, updated_at, id);
CREATE INDEX documents_by_category ON documents (desk_id, category, created_at, id);
CREATE INDEX documents_by_author ON documents (desk_id, author, created_at, id);
CREATE INDEX documents_by_status ON documents (desk_id, status, created_at, id);

-- Tags and the words of title, author, description and file name, each in the order of the list.
CREATE TABLE document_terms (
  desk_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('tag', 'word')),
  term TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  PRIMARY KEY (desk_id, kind, term, created_at, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_terms_by_document ON document_terms (document_id);

-- Objects that an upload is writing or left behind; a row goes with the batch that makes the document.
CREATE TABLE pending_uploads (
  object_key TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_uploads_by_age ON pending_uploads (created_at);

-- Edits that the search index has not confirmed yet; a timer tells it of what stays here.
CREATE TABLE index_updates (
  desk_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (desk_id, document_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX index_updates_by_age ON index_updates (created_at);
