-- Rows enter with the mutation that they tell of; `seq`, `hash` and `signature` stay empty until they are sealed.
CREATE TABLE audit_log (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  before_hash TEXT,
  after_hash TEXT,
  request_id TEXT,
  address TEXT,
  seq INTEGER,
  hash TEXT,
  signature TEXT
) STRICT;
CREATE INDEX audit_log_by_desk ON audit_log (desk_id, at, id);
CREATE INDEX audit_log_unsealed ON audit_log (at) WHERE seq IS NULL;

CREATE TABLE idempotency_keys (
  desk_id TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER,
  headers TEXT,
  body TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (desk_id, route, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
