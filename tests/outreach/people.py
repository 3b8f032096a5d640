"""People a listening found, as rows, for tests of manners."""

from support.conversations.records import Conversation, Customer
from support.outreach.records import Listening, Prospect
from support.sla.records import Calendar
from support.x.records import Account
from tests.fakes import snowflake


def listening(session, account, name="困っている方", now=None):
    made = Listening(account_id=account.id, name=name, query="ひかり", built={}, made_at=now)
    session.add(made)
    session.flush()
    return made


def found(session, account, *, now, author="9100000001", text="ネットが遅くて困っています", **more):
    """A prospect with a post of its own; it may be any author's."""
    number = session.query(Prospect).count() + 1
    post_x_id = more.pop("post_x_id", snowflake(now, number))
    over = session.query(Listening).filter_by(account_id=account.id).first()
    over = over or listening(session, account, now=now)
    values = {
        "listening_id": over.id,
        "account_id": account.id,
        "post_x_id": post_x_id,
        "author_x_id": author,
        "username": f"kakuu_{author[-3:]}",
        "name": "架空の方",
        "text": text,
        "thread_x_id": post_x_id,
        "posted_at": now,
        "found_at": now,
        "raw": {},
    }
    made = Prospect(**{**values, **more})
    session.add(made)
    session.flush()
    return made


def another_account(session, beside, handle="hikari_biz"):
    """A second account of ours with the same hours."""
    made = Account(
        x_id="7000000002",
        handle=handle,
        name="ひかり法人窓口",
        calendar_id=beside.calendar_id,
        token_sealed="",
    )
    session.add(made)
    session.flush()
    return made


def customer(session, account, x_id, now, **more):
    """Somebody who wrote to this account once."""
    made = Customer(x_id=x_id, username=f"kakuu_{x_id[-3:]}", name="", first_seen_at=now, **more)
    session.add(made)
    session.flush()
    session.add(Conversation(account=account, customer=made, channel="public"))
    session.flush()
    return made


def calendar(session, account):
    return session.get_one(Calendar, account.calendar_id)
