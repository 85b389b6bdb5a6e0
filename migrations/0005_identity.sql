-- What tells every isolate that somebody stands otherwise than before: a session, key, user, desk or `desk/user`.
CREATE TABLE standing_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  subject TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX standing_changes_by_age ON standing_changes (at);

ALTER TABLE desks ADD COLUMN closed_at INTEGER;

-- A `cookie` session is a browser's; an `impersonation` lends a super admin the view of somebody else.
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'token' CHECK (kind IN ('token', 'cookie', 'impersonation'));
ALTER TABLE sessions ADD COLUMN impersonator TEXT;
ALTER TABLE sessions ADD COLUMN name TEXT;
ALTER TABLE sessions ADD COLUMN place TEXT;
ALTER TABLE sessions ADD COLUMN last_seen_at INTEGER NOT NULL DEFAULT 0;
-- When the person last proved who they are: by password, and by a second factor where there is one.
ALTER TABLE sessions ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sessions_in_force ON sessions (user_id, created_at, id) WHERE revoked_at IS NULL;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL REFERENCES desks (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  previous_hash TEXT UNIQUE,
  previous_until INTEGER,
  scopes TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,
  rate_multiplier REAL NOT NULL DEFAULT 1,
  expires_at INTEGER,
  last_used_at INTEGER,
  rotated_at INTEGER,
  revoked_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX api_keys_by_desk ON api_keys (desk_id, created_at, id);
CREATE INDEX api_keys_by_user ON api_keys (user_id);

CREATE INDEX members_by_age ON members (desk_id, created_at, user_id);

CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL REFERENCES desks (id),
  email TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'user', 'trader', 'manager', 'admin')),
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'accepted', 'revoked')),
  invited_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_by_desk ON invitations (desk_id, created_at, id);
CREATE UNIQUE INDEX invitations_open ON invitations (desk_id, email) WHERE status = 'open';

-- Proofs that a mail carries. The token itself is an HMAC over the id, so nothing that is kept opens anything.
CREATE TABLE mailed_proofs (
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX mailed_proofs_by_user ON mailed_proofs (user_id, purpose, created_at);
CREATE INDEX mailed_proofs_by_expiry ON mailed_proofs (expires_at);

-- A second factor: the shared secret is encrypted, `last_step` is the newest time step whose code was taken.
CREATE TABLE mfa_factors (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret TEXT NOT NULL,
  last_step INTEGER NOT NULL DEFAULT 0,
  activated_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

-- A log-in whose password has fitted and whose second factor is still missing.
CREATE TABLE mfa_challenges (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('token', 'cookie')),
  attempts INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mfa_challenges_by_user ON mfa_challenges (user_id);
CREATE INDEX mfa_challenges_by_expiry ON mfa_challenges (expires_at);

-- Failed ways in, by account and by network. An attempt counts as failed until it has succeeded.
CREATE TABLE login_guards (
  subject TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_guards_by_age ON login_guards (updated_at);

-- Where a user has logged in from: strangers' failures elsewhere don't lock them out here.
CREATE TABLE known_networks (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  network TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, network)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_networks_by_age ON known_networks (seen_at);

-- Bootstrap tokens that have made their super admin, by hash.
CREATE TABLE bootstrap_uses (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX users_by_age ON users (created_at, id);
