"""The people and the desk of the tests; each has a fixed role."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Message
from support.inbox.receiving import Taken, receive
from support.replies import pressing
from support.replies.claiming import Hands
from support.replies.pressing import Draft
from support.replies.records import Reply
from support.sla.records import Calendar, ServiceLevel
from support.tickets.records import Ticket
from support.x.posts import Person, Post
from support.x.records import Account
from support.x.tokens import seal
from tests.fakes import THURSDAY, SmallX, StandingClock, snowflake

SECRET = "a secret for tests"
PASSWORD = "correct horse battery"
MADE_AT = THURSDAY - timedelta(days=30)


@dataclass
class Cast:
    """A desk that is ready to work: one account, two agents, a lead, an administrator."""

    account: Account
    misaki: Agent
    ken: Agent
    ryo: Agent
    hikaru: Agent


def make_cast(session: Session, *, undo_seconds: int = 10) -> Cast:
    calendar = Calendar(
        name="ひかりケア",
        version=1,
        zone="Asia/Tokyo",
        weekly={str(day): [["09:00", "18:00"]] for day in range(5)},
        country="JP",
        year_end=True,
        made_at=MADE_AT,
    )
    level = ServiceLevel(
        name="標準",
        version=1,
        first_reply_seconds=3600,
        next_reply_seconds=7200,
        resolution_seconds=8 * 3600,
        warn_share=0.75,
        made_at=MADE_AT,
    )
    session.add_all([calendar, level])
    session.flush()
    account = Account(
        x_id="7000000001",
        handle="hikari_care",
        name="ひかりケア",
        persona="ひかりケア",
        signature_form="^{family_name}",
        undo_seconds=undo_seconds,
        calendar_id=calendar.id,
        token_sealed=seal("sandbox-hikari_care", SECRET),
    )
    session.add(account)
    people = [
        Agent(
            email=f"{key}@hikari-care.example",
            family_name=family,
            given_name=given,
            initials=initials,
            role=role,
            password_hash=password_hash(),
            created_at=MADE_AT,
        )
        for key, family, given, initials, role in (
            ("misaki", "佐藤", "美咲", "SM", "agent"),
            ("ken", "田中", "健", "TK", "agent"),
            ("ryo", "高橋", "亮", "TR", "lead"),
            ("hikaru", "伊藤", "光", "IH", "admin"),
        )
    ]
    session.add_all(people)
    session.commit()
    return Cast(account, *people)


@cache
def password_hash() -> str:
    """A weak one, which says so itself: a strong one is slow on purpose at every sign-in."""
    weak = Argon2id(salt=b"salt for tests 1", length=32, iterations=1, lanes=1, memory_cost=8)
    return weak.derive_phc_encoded(PASSWORD.encode())


YUUKI = Person("9000000001", "kakuu_yuuki", "ゆうき＠在宅勤務", followers=1284, bio="在宅です。")
HANAKO = Person("9000000002", "kakuu_hanako", "架空はなこ", followers=88)


def post(
    text: str = "@hikari_care 夜になると遅いです",
    *,
    at: datetime,
    by: Person = YUUKI,
    thread: str = "",
    answers: str = "",
    private: bool = False,
    number: int = 0,
) -> Post:
    """A customer's post as the client would give it; `thread` empty begins a thread."""
    x_id = snowflake(at, number)
    return Post(
        x_id=x_id,
        author_x_id=by.x_id,
        text=text,
        posted_at=at,
        thread_x_id=thread or (f"7000000001-{by.x_id}" if private else x_id),
        in_reply_to_x_id=answers,
        mentions=("hikari_care",),
        mention_ids=("7000000001",),
        named_ids=("7000000001",),
        author=by,
        private=private,
        recipient_x_id="7000000001" if private else "",
        raw={"id": x_id, "text": text},
    )


def customer_says(
    session: Session, cast: Cast, said: Post, *, seen: datetime | None = None
) -> Ticket:
    """Takes one post in and commits; the ticket it went to."""
    taken: Taken = receive(
        session,
        cast.account,
        [said],
        stream="dms" if said.private else "mentions",
        now=seen or said.posted_at,
    )
    session.commit()
    (ticket_id,) = taken.tickets
    return session.get_one(Ticket, ticket_id)


def press(
    session: Session,
    ticket: Ticket,
    agent: Agent,
    text: str = "確認いたします。",
    *,
    now: datetime,
    key: str = "",
    seen: int | None = None,
) -> Reply:
    """The agent answers the customer's newest message."""
    assert ticket.latest_message_id is not None
    newest = session.scalars(
        select(Reply.id).where(Reply.ticket_id == ticket.id).order_by(Reply.id.desc())
    ).first()
    draft = Draft(text, key or f"key-{ticket.id}-{now.isoformat()}-{text[:8]}", seen or newest)
    answers = session.get_one(Message, ticket.latest_message_id)
    reply = pressing.press(session, ticket, answers, agent, draft, now)
    session.commit()
    return reply


def hands(x: SmallX, clock: StandingClock, worker: str = "worker-1") -> Hands:
    return Hands(x, clock, worker, timedelta(seconds=25))
