-- What became of a dead letter, and why it is one. Those of no desk stand in the same index, under NULL.
ALTER TABLE dead_letters ADD COLUMN status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded'));
ALTER TABLE dead_letters ADD COLUMN reason TEXT NOT NULL DEFAULT 'retries_used_up' CHECK (reason IN
  ('retries_used_up', 'unreadable'));
ALTER TABLE dead_letters ADD COLUMN handled_at INTEGER;
ALTER TABLE dead_letters ADD COLUMN handled_by TEXT;
UPDATE dead_letters SET reason = 'unreadable' WHERE queue NOT LIKE 'jobs-dead%';
CREATE INDEX dead_letters_by_status ON dead_letters (desk_id, status, created_at, id);
CREATE INDEX dead_letters_handled ON dead_letters (handled_at) WHERE handled_at IS NOT NULL;
