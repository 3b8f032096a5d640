"""Posts as rows. A deleted post keeps its row, so that its id is never given again."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from support.sandbox import media, people, snowflakes, text
from support.sandbox.parameters import Window
from support.sandbox.world import Post, User

SCHEMA = """
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES users (id),
    text TEXT NOT NULL,
    prefix TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    in_reply_to INTEGER,
    in_reply_to_user INTEGER,
    quoted INTEGER,
    reply_settings TEXT NOT NULL,
    is_long INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    folded TEXT NOT NULL,                 -- what two posts of the same words share
    ref TEXT UNIQUE,                      -- the feeder's own name for it
    reposted INTEGER,                     -- the post that this one only passes on
    edit_of INTEGER,                      -- the first version, where this is a later one
    replaced_by INTEGER,                  -- the next version, where there is one
    hidden INTEGER NOT NULL DEFAULT 0     -- a reply its conversation's first author put away
);
CREATE INDEX IF NOT EXISTS posts_author ON posts (author_id, id);
CREATE INDEX IF NOT EXISTS posts_folded ON posts (author_id, folded);
CREATE INDEX IF NOT EXISTS posts_conversation ON posts (conversation_id, id);
CREATE INDEX IF NOT EXISTS posts_parent ON posts (in_reply_to);
CREATE TABLE IF NOT EXISTS mentions (
    user_id INTEGER NOT NULL REFERENCES users (id),
    post_id INTEGER NOT NULL REFERENCES posts (id),
    PRIMARY KEY (user_id, post_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mentions_post ON mentions (post_id);
"""
VIEWS = """
CREATE INDEX IF NOT EXISTS posts_versions ON posts (edit_of);
CREATE INDEX IF NOT EXISTS posts_quoted ON posts (quoted);
CREATE INDEX IF NOT EXISTS posts_reposted ON posts (reposted);
DROP VIEW IF EXISTS visible_posts;
CREATE VIEW visible_posts AS
    SELECT * FROM posts WHERE NOT deleted AND replaced_by IS NULL
    AND author_id NOT IN (SELECT id FROM users WHERE protected OR state <> 'active');
"""
MENTIONS_SHOWN = 800
OWN_POSTS_SHOWN = 3200


def by_id(db: sqlite3.Connection, post_id: int | None) -> Post | None:
    """The post, deleted or not."""
    row = db.execute("SELECT * FROM posts WHERE id = ?", (post_id,)).fetchone()
    return _post(db, row) if row else None


def by_ref(db: sqlite3.Connection, ref: str) -> Post | None:
    row = db.execute("SELECT * FROM posts WHERE ref = ?", (ref,)).fetchone()
    return _post(db, row) if row else None


def add(db: sqlite3.Connection, post: Post, ref: str | None = None) -> None:
    db.execute(
        "INSERT INTO posts (id, author_id, text, prefix, created_at, conversation_id, in_reply_to,"
        " in_reply_to_user, quoted, reply_settings, is_long, reposted, edit_of, folded, ref)"
        " VALUES (:id, :author_id, :text, :prefix, :created_at, :conversation_id, :in_reply_to,"
        " :in_reply_to_user, :quoted, :reply_settings, :is_long, :reposted, :edit_of, :folded,"
        " :ref)",
        post.__dict__
        | {
            "created_at": snowflakes.milliseconds(post.created_at),
            "folded": text.folded(post.text),
            "ref": ref,
        },
    )
    db.executemany(
        "INSERT INTO mentions (user_id, post_id) VALUES (?, ?)",
        [(user.id, post.id) for user in post.mentions],
    )
    media.attach(db, post.id, post.media)


def delete(db: sqlite3.Connection, post_id: int) -> None:
    """With every other version of it."""
    db.execute(
        "UPDATE posts SET deleted = 1 WHERE coalesce(edit_of, id) ="
        " (SELECT coalesce(edit_of, id) FROM posts WHERE id = ?)",
        (post_id,),
    )


def replace(db: sqlite3.Connection, post_id: int, by: int) -> None:
    """`by` is the version that is shown from now on."""
    db.execute("UPDATE posts SET replaced_by = ? WHERE id = ?", (by, post_id))


def versions(db: sqlite3.Connection, post: Post) -> list[int]:
    """Ids of one post's versions, oldest first."""
    first = post.edit_of or post.id
    if post.edit_of is None and post.replaced_by is None:
        return [post.id]
    rows = db.execute("SELECT id FROM posts WHERE edit_of = ? ORDER BY id", (first,))
    return [first, *(row["id"] for row in rows)]


def hide(db: sqlite3.Connection, post_id: int, hidden: bool) -> None:
    db.execute("UPDATE posts SET hidden = ? WHERE id = ?", (hidden, post_id))


def mentioning(db: sqlite3.Connection, user_id: int, window: Window) -> list[Post]:
    """The part in `window` of the 800 newest mentions, newest first."""
    rows = db.execute(
        "SELECT * FROM (SELECT p.* FROM mentions m JOIN visible_posts p ON p.id = m.post_id"
        " WHERE m.user_id = :user AND p.author_id <> :user ORDER BY m.post_id DESC LIMIT :shown)"
        " WHERE id > :after AND id < :before ORDER BY id DESC LIMIT :limit",
        {"user": user_id, "shown": MENTIONS_SHOWN} | _bounds(window),
    )
    return [_post(db, row) for row in rows.fetchall()]


def written_by(
    db: sqlite3.Connection,
    user_id: int,
    window: Window,
    without: frozenset[str] = frozenset(),
) -> list[Post]:
    """The part in `window` of the 3,200 newest posts of one author, newest first.

    `without`: "replies", "retweets".
    """
    rows = db.execute(
        "SELECT * FROM (SELECT * FROM posts WHERE author_id = :user AND NOT deleted"
        " AND replaced_by IS NULL AND (:replies OR in_reply_to IS NULL)"
        " AND (:reposts OR reposted IS NULL) ORDER BY id DESC LIMIT :shown)"
        " WHERE id > :after AND id < :before ORDER BY id DESC LIMIT :limit",
        {
            "user": user_id,
            "shown": OWN_POSTS_SHOWN,
            "replies": "replies" not in without,
            "reposts": "retweets" not in without,
        }
        | _bounds(window),
    )
    return [_post(db, row) for row in rows.fetchall()]


def _bounds(window: Window) -> dict[str, int]:
    """One more than asked for, when there is one: the sign of a further page."""
    return {"after": window.after, "before": window.before, "limit": window.size + 1}


def visible_between(db: sqlite3.Connection, after: int, before: int) -> Iterable[Post]:
    """Newest first, one by one."""
    rows = db.execute(
        "SELECT * FROM visible_posts WHERE id > ? AND id < ? ORDER BY id DESC", (after, before)
    )
    return (_post(db, row) for row in rows)


def said_since(db: sqlite3.Connection, author_id: int, words: str, since: datetime) -> bool:
    """Whether the author has a post of the same words, made since then and not deleted."""
    row = db.execute(
        "SELECT 1 FROM posts WHERE author_id = ? AND folded = ? AND created_at >= ?"
        " AND NOT deleted LIMIT 1",
        (author_id, text.folded(words), snowflakes.milliseconds(since)),
    ).fetchone()
    return row is not None


def conversation(db: sqlite3.Connection, conversation_id: int) -> list[Post]:
    """Oldest first, deleted ones too; of an edited post the last version."""
    rows = db.execute(
        "SELECT * FROM posts WHERE conversation_id = ? AND replaced_by IS NULL ORDER BY id",
        (conversation_id,),
    )
    return [_post(db, row) for row in rows.fetchall()]


def conversations_of(db: sqlite3.Connection, user_id: int, limit: int) -> list[int]:
    """Conversations the user wrote in or was mentioned in; the one with the newest post first."""
    rows = db.execute(
        "SELECT conversation_id FROM posts WHERE conversation_id IN ("
        " SELECT conversation_id FROM posts WHERE author_id = :user AND NOT deleted"
        " UNION SELECT p.conversation_id FROM mentions m JOIN posts p ON p.id = m.post_id"
        " WHERE m.user_id = :user AND NOT p.deleted)"
        " GROUP BY conversation_id ORDER BY max(id) DESC LIMIT :limit",
        {"user": user_id, "limit": limit},
    )
    return [row["conversation_id"] for row in rows]


def count_by_others(db: sqlite3.Connection, user_id: int) -> int:
    row = db.execute(
        "SELECT count(*) AS n FROM posts WHERE author_id <> ? AND NOT deleted", (user_id,)
    ).fetchone()
    return int(row["n"])


def counts(db: sqlite3.Connection, post_id: int) -> dict[str, int]:
    """How many posts answer it, quote it, pass it on."""
    row = db.execute(
        "SELECT"
        " (SELECT count(*) FROM visible_posts WHERE in_reply_to = :id) AS replies,"
        " (SELECT count(*) FROM visible_posts WHERE quoted = :id) AS quotes,"
        " (SELECT count(*) FROM visible_posts WHERE reposted = :id) AS reposts",
        {"id": post_id},
    ).fetchone()
    return dict(row)


def _post(db: sqlite3.Connection, row: sqlite3.Row) -> Post:
    values = dict(row)
    del values["ref"], values["folded"]
    values["created_at"] = snowflakes.moment(row["created_at"])
    values |= {name: bool(row[name]) for name in ("is_long", "deleted", "hidden")}
    return Post(**values, mentions=_mentioned(db, row["id"]), media=media.of(db, row["id"]))


def _mentioned(db: sqlite3.Connection, post_id: int) -> tuple[User, ...]:
    rows = db.execute("SELECT user_id FROM mentions WHERE post_id = ?", (post_id,)).fetchall()
    return tuple(people.by_ids(db, (row["user_id"] for row in rows)).values())
