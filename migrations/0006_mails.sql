-- Mails, written in the batch of what they tell of and sent by a queue. `content` names things and holds no secret.
CREATE TABLE mails (
  id TEXT PRIMARY KEY,
  desk_id TEXT,
  recipient TEXT NOT NULL,
  content TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  error TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER
) STRICT;
CREATE INDEX mails_due ON mails (due_at) WHERE status = 'queued';
CREATE INDEX mails_by_age ON mails (created_at, id);
