-- Addresses of a desk that are told of its events. The secrets are sealed under DATA_SECRET; the one before still
-- signs until `previous_until`. `failing_since` is when the first of the attempts failed that have failed ever since.
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  url TEXT NOT NULL,
  description TEXT,
  events TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  disabled_reason TEXT CHECK (disabled_reason IN ('requested', 'failing', 'gone')),
  secret TEXT NOT NULL,
  previous_secret TEXT,
  previous_until INTEGER,
  failing_since INTEGER,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX webhooks_by_desk ON webhooks (desk_id, created_at, id);

-- One event for one webhook, with the body as it is sent. A replay is a row of its own.
CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  body TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'delivered', 'failed', 'discarded')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  last_status INTEGER,
  last_error TEXT,
  duration_ms INTEGER,
  replay_of TEXT,
  created_at INTEGER NOT NULL,
  delivered_at INTEGER
) STRICT;
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (event_id, webhook_id) WHERE replay_of IS NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_by_status ON webhook_deliveries (webhook_id, status, created_at, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE status = 'queued';
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- How each attempt at a delivery ended; one that was cut off has no row.
CREATE TABLE webhook_attempts (
  delivery_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  desk_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  duration_ms INTEGER,
  PRIMARY KEY (delivery_id, attempt)
) STRICT;
CREATE INDEX webhook_attempts_by_age ON webhook_attempts (at);
