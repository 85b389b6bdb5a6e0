-- Control of jobs: what is asked of a running one, when it must have ended, whose child it is, and which run followed it.
ALTER TABLE jobs ADD COLUMN requested TEXT CHECK (requested IN ('pause', 'finish'));
ALTER TABLE jobs ADD COLUMN expires_at INTEGER;
ALTER TABLE jobs ADD COLUMN parent_id TEXT;
ALTER TABLE jobs ADD COLUMN retry_of TEXT;
ALTER TABLE jobs ADD COLUMN retried_as TEXT;
ALTER TABLE jobs ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';

-- Lists show what a desk asked for; the children of a batch are found through their parent.
DROP INDEX jobs_by_desk;
DROP INDEX jobs_by_status;
DROP INDEX jobs_by_type;
CREATE INDEX jobs_by_desk ON jobs (desk_id, created_at, id) WHERE parent_id IS NULL;
CREATE INDEX jobs_by_status ON jobs (desk_id, status, created_at, id) WHERE parent_id IS NULL;
CREATE INDEX jobs_by_type ON jobs (desk_id, type, created_at, id) WHERE parent_id IS NULL;
CREATE INDEX jobs_by_parent ON jobs (parent_id, created_at, id) WHERE parent_id IS NOT NULL;
CREATE INDEX jobs_unfinished ON jobs (desk_id, status, type, created_at) WHERE finished_at IS NULL;
CREATE INDEX jobs_expiring ON jobs (expires_at) WHERE finished_at IS NULL AND expires_at IS NOT NULL;

-- How jobs ended and how long they waited and ran, by hour; `bucket` is a step of a logarithmic scale of milliseconds.
CREATE TABLE job_statistics (
  desk_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  measure TEXT NOT NULL CHECK (measure IN ('wait', 'run')),
  bucket INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  total_ms INTEGER NOT NULL,
  PRIMARY KEY (desk_id, hour, type, status, measure, bucket)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_statistics_by_age ON job_statistics (hour);
