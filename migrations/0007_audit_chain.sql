-- Who acted through what: the super admin behind an impersonation, the key behind a program.
ALTER TABLE audit_log ADD COLUMN impersonator TEXT;
ALTER TABLE audit_log ADD COLUMN key_id TEXT;

-- The chain's order, and the filters of its list.
CREATE UNIQUE INDEX audit_log_by_seq ON audit_log (desk_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_log_by_actor ON audit_log (desk_id, actor, at, id);
CREATE INDEX audit_log_by_action ON audit_log (desk_id, action, at, id);
CREATE INDEX audit_log_by_target ON audit_log (desk_id, target, at, id);
