-- What the monitoring feed counts every two seconds while somebody watches: rows that are open, and the latest ends.
CREATE INDEX jobs_open ON jobs (status, created_at, priority)
  WHERE status IN ('queued', 'running', 'paused', 'cancelling');
CREATE INDEX jobs_by_end ON jobs (finished_at, status) WHERE finished_at IS NOT NULL;
CREATE INDEX dead_letters_by_age ON dead_letters (created_at);
