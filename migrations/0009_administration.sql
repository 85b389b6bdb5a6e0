-- What the platform's list of users filters by, and the views that a super admin borrows.
CREATE INDEX users_by_status ON users (status, created_at, id);
CREATE INDEX users_by_platform_role ON users (platform_role, created_at, id) WHERE platform_role IS NOT NULL;
CREATE INDEX sessions_by_impersonator ON sessions (impersonator) WHERE impersonator IS NOT NULL;
