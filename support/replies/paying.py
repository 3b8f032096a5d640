"""What a reply costs, and whether the account may still pay for it this month."""

from datetime import datetime

from sqlalchemy.orm import Session

from support.replies.claiming import Errand
from support.replies.records import ReplyPart
from support.x.ledger import charge, pace_within
from support.x.pricing import DM_SEND, Prices, kind_of_post, kind_of_read

ENTERPRISE = "enterprise"


def may_pay(session: Session, account_id: int, cap_micros: int | None, now: datetime) -> bool:
    """False at the monthly cap: what is queued waits until the cap is raised or the month over."""
    return pace_within(session, account_id, cap_micros, now).sends


def kind_of(*, first: bool, text: str, private: bool, plan: str) -> str:
    """What X bills a part as: the first answers a customer who called us, the rest ourselves.

    On the enterprise plan X lets us answer anyone: nothing says that this one had called us.
    """
    if private:
        return DM_SEND
    return kind_of_post(text, summoned=first and plan != ENTERPRISE)


def charge_part(session: Session, part_id: int, now: datetime, prices: Prices) -> None:
    """Writes down what X takes for a part it accepted."""
    part = session.get_one(ReplyPart, part_id)
    reply, conversation = part.reply, part.reply.conversation
    private, plan = conversation.is_private, conversation.account.plan
    kind = kind_of(first=part.position == 1, text=part.text, private=private, plan=plan)
    to_whom = {"agent_id": reply.agent_id, "reply_id": reply.id}
    charge(session, conversation.account_id, kind, 1, now=now, prices=prices, **to_whom)


def charge_errand(session: Session, errand: Errand, now: datetime, prices: Prices) -> None:
    """The same for a part a worker has in hand."""
    first, plan = errand.position == 1, errand.plan
    kind = kind_of(first=first, text=errand.text, private=errand.private, plan=plan)
    to_whom = {"agent_id": errand.agent_id, "reply_id": errand.reply_id}
    charge(session, errand.account_id, kind, 1, now=now, prices=prices, **to_whom)


def charge_look(session: Session, part_id: int, items: int, now: datetime, prices: Prices) -> None:
    """Writes down what reading our own posts cost that was done to find a part."""
    reply = session.get_one(ReplyPart, part_id).reply
    account = reply.conversation.account
    stream = "dms" if reply.conversation.is_private else "own"
    kind = kind_of_read(stream, owned=account.owns_app)
    charge(session, account.id, kind, items, now=now, reply_id=reply.id, prices=prices)
