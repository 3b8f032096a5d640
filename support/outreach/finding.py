"""Whom a search found: posts become prospects, once each, where nothing speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from support.db import storable
from support.inbox.intake import is_taken_back
from support.inbox.recalling import recall
from support.inbox.threading import thread_of
from support.lexicon.records import lexicon
from support.lexicon.words import Lexicon
from support.outreach.records import Listening, Prospect
from support.outreach.scoring import Scale, scale
from support.outreach.sieve import Memory, why_not
from support.x.posts import Post


def keep_found(session: Session, listening: Listening, posts: Sequence[Post], now: datetime) -> int:
    """How many of the posts are new to the desk, and kept."""
    if not posts:
        return 0
    words = lexicon(session, listening.account_id)
    memory = _memory(session, posts, words)
    ids = {x_id for post in posts for x_id in (post.x_id, *post.history)}
    rows = select(Prospect).where(Prospect.post_x_id.in_(ids))
    known = {it.post_x_id: it for it in session.scalars(rows)}
    judging = scale(session, listening.account)
    fresh: list[dict[str, Any]] = []
    for post in posts:
        if why_not(post, memory) is not None:
            continue
        row = _row(listening, post, judging, now)
        before = [known[it] for it in (post.x_id, *post.history) if it in known]
        if not before:
            fresh.append(row)
        elif before[0].state == "found" and int(post.x_id) > int(before[0].post_x_id):
            _edit(before[0], row)
    return _insert(session, fresh)


def _edit(prospect: Prospect, row: dict[str, Any]) -> None:
    """Its author edited it: X gave it another id, and it may say something else now."""
    for name in ("post_x_id", "text", "language", "score", "phrase", "raw"):
        setattr(prospect, name, row[name])


def _insert(session: Session, rows: list[dict[str, Any]]) -> int:
    """Another listening may have found the same post at this very moment: who comes second adds
    nothing."""
    if not rows:
        return 0
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    adding = (sqlite.insert(Prospect) if on_sqlite else postgresql.insert(Prospect)).values(rows)
    added = adding.on_conflict_do_nothing(index_elements=["post_x_id"]).returning(Prospect.id)
    return len(session.scalars(added).all())


def _row(listening: Listening, post: Post, judging: Scale, now: datetime) -> dict[str, Any]:
    person, text = post.author, storable(post.text)
    followers = person.followers if person else None
    trouble = judging.judge(text, now - post.posted_at, followers)
    return {
        "listening_id": listening.id,
        "account_id": listening.account_id,
        "post_x_id": post.x_id,
        "author_x_id": post.author_x_id,
        "username": storable(person.username)[:50] if person else "",
        "name": storable(person.name)[:200] if person else "",
        "followers": followers,
        "text": text,
        "language": post.language[:8],
        "thread_x_id": thread_of(post)[:60],
        "in_reply_to_x_id": post.in_reply_to_x_id[:19],
        "posted_at": post.posted_at,
        "found_at": now,
        "raw": dict(post.raw),
        "emptied_reason": "",
        "score": trouble.score,
        "phrase": trouble.phrase,
        "state": "found",
        "skip_reason": "",
        "body": "",
        "sent_text": "",
    }


def _memory(session: Session, posts: Sequence[Post], words: Lexicon) -> Memory:
    known = recall(session, list(posts))
    people = known.customers
    unwanted = {it for it, who in people.items() if who.unwanted_at or who.muted_at}
    taken_back = {
        post.x_id
        for post in posts
        if (who := people.get(post.author_x_id)) is not None
        and is_taken_back(post, who.hidden_at, who.hidden_reason)
    }
    marks = known.marks
    kinds = ("public", "version", "part", "passed")
    return Memory(
        handles=known.ours.handles,
        messages={x_id for kind in kinds for x_id in marks.get(kind, ())},
        gone={*marks.get("gone", ()), *taken_back},
        unwanted={*unwanted, *marks.get("barred", ())},
        rivals=words.rivals,
    )
