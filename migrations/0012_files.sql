-- Files for a day: uploads that batches read, and what jobs export. `object_key` is empty once the object is deleted;
-- `sweep_at` is when the sweep next has something to do about the row. A deleted row stays as long as an expired one, so
-- that no repeated slice of a job brings its file back.
CREATE TABLE files (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('upload', 'export')),
  job_id TEXT,
  object_key TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  deleted_at INTEGER,
  sweep_at INTEGER NOT NULL
) STRICT;
-- All files live equally long, so that the order of their end is the order in which they were made.
CREATE INDEX files_by_end ON files (desk_id, expires_at, id) WHERE deleted_at IS NULL;
CREATE INDEX files_by_purpose ON files (desk_id, purpose, expires_at, id) WHERE deleted_at IS NULL;
CREATE INDEX files_by_sweep ON files (sweep_at);
