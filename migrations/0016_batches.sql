-- Many inputs under one job: each item is the input of one child of the batch's present run.
CREATE TABLE batches (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  type TEXT NOT NULL,
  concurrency INTEGER NOT NULL CHECK (concurrency BETWEEN 1 AND 20),
  priority TEXT NOT NULL CHECK (priority IN ('critical', 'high', 'normal', 'low')),
  tags TEXT NOT NULL,
  -- The CSV of its items, how many of its rows have become items, and whether all have.
  file_id TEXT,
  rows_read INTEGER NOT NULL DEFAULT 0,
  loaded INTEGER NOT NULL CHECK (loaded IN (0, 1)),
  -- Of its items, moved in the transaction that moves an item.
  total INTEGER NOT NULL DEFAULT 0,
  queued INTEGER NOT NULL DEFAULT 0 CHECK (queued >= 0),
  running INTEGER NOT NULL DEFAULT 0 CHECK (running >= 0),
  succeeded INTEGER NOT NULL DEFAULT 0 CHECK (succeeded >= 0),
  failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= invalid),
  cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
  -- Those of the failed ones that no run can mend: rows that are no item.
  invalid INTEGER NOT NULL DEFAULT 0 CHECK (invalid >= 0),
  -- Its present run, and how that ended once its aftermath has begun.
  job_id TEXT NOT NULL,
  run_end TEXT,
  quota_lease TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  CHECK (total = queued + running + succeeded + failed + cancelled)
) STRICT;
CREATE INDEX batches_by_desk ON batches (desk_id, created_at, id);
CREATE INDEX batches_by_type ON batches (desk_id, type, created_at, id);

CREATE TABLE batch_items (
  batch_id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  desk_id TEXT NOT NULL,
  input TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  job_id TEXT,
  error TEXT,
  result TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (batch_id, idx)
) STRICT;
CREATE INDEX batch_items_by_status ON batch_items (batch_id, status, idx);
CREATE UNIQUE INDEX batch_items_by_job ON batch_items (job_id) WHERE job_id IS NOT NULL;
