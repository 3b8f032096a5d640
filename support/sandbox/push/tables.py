"""The push side's part of the sandbox's file."""

_LISTENED_TO = (
    "EXISTS (SELECT 1 FROM subscriptions WHERE webhook_id IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM account_subscriptions)"
)

# Whoever writes a post or message, by whatever way, leaves a happening in the same transaction:
# none is lost, none comes twice, and no writer has to know of the push side.
TABLES = """
CREATE TABLE IF NOT EXISTS webhooks (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    valid INTEGER NOT NULL,
    created_at INTEGER NOT NULL,          -- every time: Unix milliseconds
    checked_at INTEGER NOT NULL,
    failing_since INTEGER                 -- of the challenge; NULL: the last one went well
);
CREATE TABLE IF NOT EXISTS subscriptions (
    id INTEGER PRIMARY KEY,
    event_type TEXT NOT NULL,
    user_id INTEGER,
    direction TEXT NOT NULL DEFAULT '',
    keyword TEXT NOT NULL DEFAULT '',
    tag TEXT NOT NULL DEFAULT '',
    webhook_id INTEGER REFERENCES webhooks (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS subscriptions_subject ON subscriptions (event_type, user_id);
CREATE TABLE IF NOT EXISTS account_subscriptions (
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (webhook_id, user_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS happenings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,                   -- see happenings.Kind
    subject_id INTEGER NOT NULL,          -- a post, a message, or the account concerned
    detail TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    event_uuid TEXT NOT NULL,
    user_id INTEGER,
    body BLOB NOT NULL,
    happened_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    origin TEXT NOT NULL,                 -- event, duplicate, replay
    state TEXT NOT NULL,                  -- waiting, delivered, given_up, lost
    flaw TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT ''      -- of the last attempt: a status, or what broke
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at, id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS deliveries_happened ON deliveries (webhook_id, happened_at);
CREATE TRIGGER IF NOT EXISTS post_happened AFTER INSERT ON posts WHEN LISTENED_TO
BEGIN
    INSERT INTO happenings (kind, subject_id) VALUES ('post', NEW.id);
END;
CREATE TRIGGER IF NOT EXISTS post_deletion_happened AFTER UPDATE OF deleted ON posts
WHEN NEW.deleted AND NOT OLD.deleted AND (LISTENED_TO)
BEGIN
    INSERT INTO happenings (kind, subject_id) VALUES ('post_deleted', NEW.id);
END;
CREATE TRIGGER IF NOT EXISTS message_happened AFTER INSERT ON messages WHEN LISTENED_TO
BEGIN
    INSERT INTO happenings (kind, subject_id) VALUES ('message', NEW.id);
END;
""".replace("LISTENED_TO", _LISTENED_TO)
