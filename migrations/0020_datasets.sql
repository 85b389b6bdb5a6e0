-- Sets of bars. The bars are one object of columns in R2; its SHA-256 names the data in everything that is derived from them.
CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  name TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  -- [{ symbol, bars, first, last }], a hundred at most.
  symbols TEXT NOT NULL,
  bars INTEGER NOT NULL,
  hash TEXT NOT NULL,
  object_key TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('upload', 'import', 'sample', 'resample')),
  origin TEXT NOT NULL,
  -- Of what it was made: the same again gives the set that is there.
  fingerprint TEXT NOT NULL,
  report TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX datasets_by_desk ON datasets (desk_id, created_at, id);
CREATE UNIQUE INDEX datasets_by_fingerprint ON datasets (desk_id, fingerprint);
