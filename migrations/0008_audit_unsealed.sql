-- What waits to be sealed, by desk: a seal reads its own desk's rows in their order, a sweep one row per desk.
DROP INDEX audit_log_unsealed;
CREATE INDEX audit_log_unsealed ON audit_log (desk_id, at, id) WHERE seq IS NULL;
