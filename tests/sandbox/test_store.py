"""The sandbox's file between versions: an older one is brought up to date, a newer one refused."""

import sqlite3
from pathlib import Path

import pytest

from support.sandbox import people
from support.sandbox.app import create_sandbox
from support.sandbox.store import VERSION, Store, StoreError

OF_VERSION_1 = """
CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name TEXT NOT NULL, created_at INTEGER NOT NULL, description TEXT NOT NULL DEFAULT '',
    followers INTEGER NOT NULL DEFAULT 0, following INTEGER NOT NULL DEFAULT 0,
    accepts_dms INTEGER NOT NULL DEFAULT 0, follows_us INTEGER NOT NULL DEFAULT 0,
    protected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE tokens (token TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id));
CREATE TABLE posts (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES users (id),
    text TEXT NOT NULL, prefix TEXT NOT NULL, created_at INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL, in_reply_to INTEGER, in_reply_to_user INTEGER,
    quoted INTEGER, reply_settings TEXT NOT NULL, is_long INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0, folded TEXT NOT NULL, ref TEXT UNIQUE);
CREATE VIEW visible_posts AS SELECT * FROM posts
    WHERE NOT deleted AND author_id NOT IN (SELECT id FROM users WHERE protected);
CREATE TABLE messages (id INTEGER PRIMARY KEY, sender_id INTEGER NOT NULL,
    recipient_id INTEGER NOT NULL, text TEXT NOT NULL, created_at INTEGER NOT NULL,
    ref TEXT UNIQUE);
INSERT INTO users (id, username, name, created_at) VALUES (7, 'hikari_care', 'ひかり', 0);
INSERT INTO tokens VALUES ('sandbox-hikari_care', 7);
INSERT INTO posts (id, author_id, text, prefix, created_at, conversation_id, reply_settings,
    is_long, folded) VALUES (9, 7, 'お知らせ', '', 0, 9, 'everyone', 0, 'お知らせ');
PRAGMA user_version = 1;
"""


def test_a_file_of_version_1_keeps_its_world_and_gains_what_is_new(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "x.db")
    db.executescript(OF_VERSION_1)
    db.close()
    app = create_sandbox(tmp_path / "x.db")
    client = app.test_client()
    found = client.get("/2/tweets/9", headers={"Authorization": "Bearer sandbox-hikari_care"})
    assert found.json is not None
    assert found.json["data"]["text"] == "お知らせ"
    with app.extensions["sandbox"].store.reading() as db:
        assert [user.state for user in people.own(db)] == ["active"]
        assert db.execute("PRAGMA user_version").fetchone()[0] == VERSION


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    schemas = []
    for _ in range(2):
        store = Store(tmp_path / "x.db")
        with store.reading() as db:
            schemas.append([tuple(row) for row in db.execute("SELECT * FROM sqlite_schema")])
        store.close()
    assert [row[:3] for row in schemas[0]] == [row[:3] for row in schemas[1]]


def test_a_file_of_a_later_version_is_refused_in_a_sentence(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "x.db")
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(StoreError, match="newer sandbox"):
        Store(tmp_path / "x.db")
