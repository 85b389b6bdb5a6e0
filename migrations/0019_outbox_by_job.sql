-- A job leaves the outbox by its id, however many wait there.
CREATE INDEX outbox_by_job ON outbox (job_id);
