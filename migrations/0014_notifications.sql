-- What a member is told of an event on their desk, once each. `in_product` shows it in their list, and what is
-- not shown there counts as read; `digest` says whether their daily mail still has to tell it.
CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  link TEXT NOT NULL,
  in_product INTEGER NOT NULL,
  digest TEXT NOT NULL CHECK (digest IN ('none', 'waiting', 'sent')),
  created_at INTEGER NOT NULL,
  read_at INTEGER
) STRICT;
CREATE UNIQUE INDEX notifications_by_event ON notifications (event_id, user_id);
CREATE INDEX notifications_by_reader ON notifications (desk_id, user_id, in_product, created_at, id);
CREATE INDEX notifications_unread ON notifications (desk_id, user_id, created_at, id) WHERE read_at IS NULL;
CREATE INDEX notifications_for_digest ON notifications (desk_id, user_id, created_at, id) WHERE digest = 'waiting';
CREATE INDEX notifications_by_age ON notifications (created_at);

-- How a member of a desk wants to be told of what. Who has no row has the defaults, which are version 0.
CREATE TABLE notification_preferences (
  desk_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  kinds TEXT NOT NULL,
  digest_hour INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (desk_id, user_id)
) STRICT, WITHOUT ROWID;

-- A member's daily mail: `due_at` is set while something waits for it, `sent_for` is the moment for which the
-- last one was due. A digest is due on a later day than the one before, so there is one a day.
CREATE TABLE notification_digests (
  desk_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  due_at INTEGER,
  sent_for INTEGER,
  PRIMARY KEY (desk_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_digests_due ON notification_digests (due_at) WHERE due_at IS NOT NULL;

-- Who is told of what concerns nobody in particular, without a look at every member.
CREATE INDEX members_by_role ON members (desk_id, role, user_id);
