-- What happened on a desk that somebody may want to be told of: written in the batch of what it tells, published by a
-- queue to whoever listens. `user_id` is the person whom it concerns; without one it concerns the desk's admins.
CREATE TABLE events (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  user_id TEXT,
  type TEXT NOT NULL,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  published_at INTEGER
) STRICT;
CREATE INDEX events_unpublished ON events (created_at) WHERE published_at IS NULL;
CREATE INDEX events_by_age ON events (created_at);
