-- The read model of each job's room, which is the single writer of the job's state.
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  type TEXT NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('critical', 'high', 'normal', 'low')),
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN
    ('queued', 'running', 'paused', 'cancelling', 'cancelled', 'succeeded', 'failed', 'expired')),
  input TEXT NOT NULL,
  progress TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  result TEXT,
  error TEXT,
  tags TEXT NOT NULL DEFAULT '[]',
  links TEXT NOT NULL DEFAULT '{}',
  seq INTEGER NOT NULL DEFAULT 0,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  estimated_end INTEGER,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_by_desk ON jobs (desk_id, created_at, id);
CREATE INDEX jobs_by_status ON jobs (desk_id, status, created_at, id);
CREATE INDEX jobs_by_type ON jobs (desk_id, type, created_at, id);

-- What is still to be sent to a queue. A row goes when it was sent; a cron sends what stayed.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  priority TEXT NOT NULL,
  due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_by_due ON outbox (due_at);

CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY,
  desk_id TEXT,
  job_id TEXT,
  queue TEXT NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX dead_letters_by_desk ON dead_letters (desk_id, created_at, id);
