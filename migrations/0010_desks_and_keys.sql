-- Who made a desk, since one may make only so many.
ALTER TABLE desks ADD COLUMN created_by TEXT;
CREATE INDEX desks_by_creator ON desks (created_by) WHERE created_by IS NOT NULL;

-- The list of keys in force reads no row of one that is not.
CREATE INDEX api_keys_live ON api_keys (desk_id, created_at, id) WHERE revoked_at IS NULL;
