"""Prospects for tests: a desk with a listening and an offer, and posts as a search finds them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.inbox.receiving import receive
from support.outreach import contacting, offering
from support.outreach.records import (
    Listening,
    Offer,
    OutreachSwitch,
    Prospect,
)
from support.tickets.records import Ticket
from support.x.posts import Person, Post
from support.x.records import Account
from tests.fakes import snowflake

WORDING = "ご不便をおかけしております。{account_name}の{agent_name}と申します。状況をお調べします。"
OTHER = "お困りのご様子を拝見しました。{account_name}の{agent_name}です。お手伝いできます。"
BODY = "ご不便をおかけしております。ひかりケアの佐藤と申します。状況をお調べします。 ^佐藤"


def saying(number: int) -> str:
    """An offer in words of its own: nearly the same twice in a day is refused."""
    kinds = ("ランプの色", "お使いの時間帯", "機器の型番", "ご契約の地域", "エラーの番号")
    said = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
    return f"ひかりケアの佐藤です。{kinds[number % 5]}を教えてください {said} ^佐藤"


@dataclass
class Lists:
    listening: Listening
    offer: Offer


def switch(session: Session, agent: Agent, now: datetime, *, on: bool = True) -> None:
    session.add(OutreachSwitch(is_on=on, agent_id=agent.id, at=now, sentence="", reason=""))
    session.flush()


def lists(session: Session, account: Account, agent: Agent, now: datetime) -> Lists:
    switch(session, agent, now)
    offer = offering.make(session, "速度低下", WORDING, None, by=agent, now=now)
    offering.add_wording(session, offer, OTHER, by=agent, now=now)
    listening = Listening(
        account_id=account.id,
        name="つながらない・遅い",
        query='ひかり回線 (遅い OR "つながらない") -is:retweet lang:ja',
        built={},
        offer_id=offer.id,
        made_by_id=agent.id,
        made_at=now,
    )
    session.add(listening)
    session.flush()
    return Lists(listening, offer)


def person(number: int) -> Person:
    return Person(str(9500000000 + number), f"kakuu_{number}", f"架空{number}")


def found(
    session: Session,
    lists: Lists,
    now: datetime,
    number: int = 1,
    *,
    text: str = "ひかり回線が遅い。もう3日も",
    by: Person | None = None,
    score: int = 80,
    account_id: int | None = None,
    raw: dict | None = None,
) -> Prospect:
    """As a listening's read leaves it."""
    by = by or person(number)
    at = now - timedelta(minutes=30)
    x_id = snowflake(at, number)
    prospect = Prospect(
        listening_id=lists.listening.id,
        account_id=account_id or lists.listening.account_id,
        post_x_id=x_id,
        author_x_id=by.x_id,
        username=by.username,
        name=by.name,
        followers=100,
        text=text,
        thread_x_id=x_id,
        posted_at=at,
        found_at=now,
        score=score,
        raw=raw or {"id": x_id, "text": text, "author_id": by.x_id, "created_at": at.isoformat()},
    )
    session.add(prospect)
    session.flush()
    return prospect


def handed(
    session: Session, prospect: Prospect, by: Agent, now: datetime, text: str = BODY
) -> Prospect:
    contacting.approve(session, prospect, text, by=by, now=now)
    contacting.hand_over(session, prospect, by=by, now=now)
    return prospect


def ours(
    account: Account, prospect: Prospect, at: datetime, text: str = BODY, *, number: int = 500
) -> Post:
    """Our own post under a prospect's, as a read of our timeline shows it."""
    x_id = snowflake(at, number)
    whole = f"@{prospect.username} {text}"
    return Post(
        x_id=x_id,
        author_x_id=account.x_id,
        text=whole,
        posted_at=at,
        thread_x_id=prospect.post_x_id,
        in_reply_to_x_id=prospect.post_x_id,
        in_reply_to_user_x_id=prospect.author_x_id,
        mentions=(prospect.username.lower(),),
        mention_ids=(prospect.author_x_id,),
        raw={
            "id": x_id,
            "text": whole,
            "author_id": account.x_id,
            "created_at": at.isoformat(),
            "conversation_id": prospect.post_x_id,
        },
    )


def answer(
    account: Account, prospect: Prospect, to: str, at: datetime, text: str, *, number: int = 700
) -> Post:
    """What they write in answer to it, as a mention."""
    x_id = snowflake(at, number)
    by = Person(prospect.author_x_id, prospect.username or "kakuu", prospect.name or "架空")
    whole = f"@{account.handle} {text}"
    return Post(
        x_id=x_id,
        author_x_id=by.x_id,
        text=whole,
        posted_at=at,
        thread_x_id=prospect.post_x_id,
        in_reply_to_x_id=to,
        in_reply_to_user_x_id=account.x_id,
        mentions=(account.handle,),
        mention_ids=(account.x_id,),
        author=by,
        raw={
            "id": x_id,
            "text": whole,
            "author_id": by.x_id,
            "created_at": at.isoformat(),
            "conversation_id": prospect.post_x_id,
        },
    )


def shown(session: Session, account: Account, post: Post, now: datetime) -> Ticket | None:
    taken = receive(session, account, [post], stream="own", now=now)
    session.flush()
    return session.get(Ticket, min(taken.tickets)) if taken.tickets else None
