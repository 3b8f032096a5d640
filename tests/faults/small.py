"""A small X and a small desk in which all is well, for a fault to be planted in."""

import sqlite3
from contextlib import closing
from pathlib import Path

OURS, YUUKI, HANAKO = 7, 9, 8
AT = 1_790_000_000_000
"""Unix milliseconds of the first post; `moment` gives it and later ones as the desk keeps them."""

X = f"""
CREATE TABLE tokens (user_id INTEGER);
CREATE TABLE users (id INTEGER, username TEXT);
CREATE TABLE mentions (user_id INTEGER, post_id INTEGER);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author_id INTEGER, text TEXT, created_at INTEGER,
    in_reply_to INTEGER, deleted INTEGER DEFAULT 0, edit_of INTEGER);
CREATE TABLE messages (id INTEGER PRIMARY KEY, sender_id INTEGER, recipient_id INTEGER, text TEXT,
    created_at INTEGER);
INSERT INTO tokens VALUES ({OURS});
INSERT INTO users VALUES ({OURS}, 'hikari_care'), ({YUUKI}, 'kakuu_yuuki'), ({HANAKO}, 'hanako');
INSERT INTO posts (id, author_id, text, created_at, in_reply_to) VALUES
    (100, {YUUKI}, '@hikari_care 遅いです', {AT}, NULL),
    (101, {OURS}, '確認します (1/2)', {AT + 60_000}, 100),
    (102, {OURS}, 'いたしました (2/2)', {AT + 61_000}, 101);
INSERT INTO mentions VALUES ({OURS}, 100);
INSERT INTO messages VALUES
    (200, {HANAKO}, {OURS}, '契約番号です', {AT}),
    (201, {OURS}, {HANAKO}, '承りました', {AT + 60_000}),
    (202, {OURS}, {HANAKO}, '手配しました', {AT + 90_000});
"""
DESK = """
CREATE TABLE accounts (id INTEGER PRIMARY KEY, x_id TEXT, stopped_at TEXT);
CREATE TABLE customers (id INTEGER PRIMARY KEY, x_id TEXT);
CREATE TABLE conversations (id INTEGER PRIMARY KEY, account_id INTEGER, customer_id INTEGER,
    channel TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY, ticket_id INTEGER, x_id TEXT, channel TEXT,
    by_us INTEGER DEFAULT 0, posted_at TEXT, latest_x_id TEXT DEFAULT '');
CREATE TABLE message_versions (message_id INTEGER, x_id TEXT);
CREATE TABLE replies (id INTEGER PRIMARY KEY, key TEXT, body TEXT, ticket_id INTEGER,
    conversation_id INTEGER, answers_id INTEGER, settled_at TEXT, scheduled INTEGER DEFAULT 0);
CREATE TABLE reply_parts (id INTEGER PRIMARY KEY, reply_id INTEGER, position INTEGER, text TEXT,
    state TEXT DEFAULT 'posted', x_id TEXT, posted_at TEXT, reason TEXT DEFAULT '',
    lease_owner TEXT DEFAULT '');
CREATE TABLE attempts (id INTEGER PRIMARY KEY, part_id INTEGER, outcome TEXT, agent_id INTEGER,
    happened_at TEXT, begun_at TEXT, detail TEXT DEFAULT '');
CREATE TABLE promises (id INTEGER PRIMARY KEY, ticket_id INTEGER, kind TEXT, started_at TEXT,
    kept_at TEXT, withdrawn_at TEXT);
CREATE TABLE retractions (part_id INTEGER, done_at TEXT, refused TEXT DEFAULT '');
INSERT INTO accounts VALUES (1, '7', NULL);
INSERT INTO customers VALUES (1, '9'), (2, '8');
INSERT INTO conversations VALUES (1, 1, 1, 'public'), (2, 1, 2, 'dm');
INSERT INTO messages (id, ticket_id, x_id, channel, posted_at) VALUES
    (1, 1, '100', 'public', :at0), (2, 2, '200', 'dm', :at0);
INSERT INTO replies (id, key, body, ticket_id, conversation_id, answers_id, settled_at) VALUES
    (1, 'a', '確認しますいたしました', 1, 1, 1, :at61), (2, 'b', '承りました', 2, 2, 2, :at60),
    (3, 'c', '手配しました', 2, 2, 2, :at90);
INSERT INTO reply_parts (id, reply_id, position, text, x_id, posted_at) VALUES
    (1, 1, 1, '確認します (1/2)', '101', :at60), (2, 1, 2, 'いたしました (2/2)', '102', :at61),
    (3, 2, 1, '承りました', '201', :at60), (4, 3, 1, '手配しました', '202', :at90);
INSERT INTO attempts (part_id, outcome) VALUES (1, 'posted'), (2, 'posted'), (3, 'posted');
INSERT INTO promises VALUES (1, 1, 'first_reply', :at0, :at60, NULL),
    (2, 2, 'first_reply', :at0, :at60, NULL);
"""
MOMENTS = {
    ":at0": "'2026-09-21 14:13:20.000000'",
    ":at60": "'2026-09-21 14:14:20.000000'",
    ":at61": "'2026-09-21 14:14:21.000000'",
    ":at90": "'2026-09-21 14:14:50.000000'",
}
"""Seconds after the first post, as SQLite keeps them."""
LEDGER = [{"what": "pressed", "key": key, "serial": n} for n, key in enumerate("abc")]


def make(folder: Path, x: str = "", desk: str = "") -> tuple[str, str]:
    """X's file and the desk's address, after these statements changed what was well."""
    _write(folder / "x.db", X + x)
    _write(folder / "desk.db", _dated(DESK + desk))
    return str(folder / "x.db"), f"sqlite:///{folder / 'desk.db'}"


def _dated(script: str) -> str:
    for moment in sorted(MOMENTS, key=len, reverse=True):
        script = script.replace(moment, MOMENTS[moment])
    return script


def _write(file: Path, script: str) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.executescript(script)
