"""What colleagues know of a customer: numbers they gave us, whether to write to them, the memo."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations import contact
from support.conversations.records import ContactWish, Customer, CustomerNumber, NoContact
from support.errors import N_, Refused
from support.search.indexing import enter_customers

LONGEST_REASON = 200
MOST_NUMBERS = 20
NO_CONSENT = N_(
    "お客様の同意を得て、ご本人から聞いた番号だけを記録できます。確認の印を付けてください。"
)


def note_memo(
    session: Session,
    customer: Customer,
    memo: str,
    *,
    by: Agent | None = None,
    now: datetime | None = None,
) -> None:
    """What colleagues should know about a person; there is one memo, found by its words.

    `by` and `now` stand beside it where a colleague at the desk wrote it.
    """
    if customer.memo == memo:
        return
    customer.memo, customer.memo_at = memo, now
    customer.memo_by_id = by.id if by else None
    session.flush()
    enter_customers(session, [customer])


def stranger(session: Session, x_id: str, username: str, name: str, *, now: datetime) -> Customer:
    """Somebody who never wrote to us and of whom something is to be known all the same; found by
    their name from now on."""
    customer = Customer(x_id=x_id, username=username, name=name, first_seen_at=now)
    session.add(customer)
    session.flush()
    enter_customers(session, [customer])
    return customer


def want_no_contact(
    session: Session, customer: Customer, reason: str, *, by: Agent | None, now: datetime
) -> None:
    """They asked that we do not write to them by ourselves; holds for all our accounts.

    `by` is None where no colleague noted it: their own answer said so.
    """
    if customer.unwanted_at is None:
        _wish(session, customer, True, reason, by, now)
        customer.unwanted_at = now


def lift_no_contact(
    session: Session, customer: Customer, reason: str, *, by: Agent, now: datetime
) -> None:
    """They no longer mind; that they did is kept."""
    if customer.unwanted_at is not None:
        _wish(session, customer, False, reason, by, now)
        customer.unwanted_at = None
        session.execute(delete(NoContact).where(NoContact.x_id == customer.x_id))


def _wish(
    session: Session,
    customer: Customer,
    unwanted: bool,
    reason: str,
    by: Agent | None,
    now: datetime,
) -> None:
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(
            "wish_reason", N_("理由を入力してください（例：DMで「今後連絡は不要」とのお申し出）。")
        )
    if len(reason) > LONGEST_REASON:
        raise Refused("wish_reason", N_("理由は200文字以内にしてください。"))
    session.add(
        ContactWish(
            customer_id=customer.id,
            unwanted=unwanted,
            reason=reason,
            agent_id=by.id if by else None,
            at=now,
        )
    )


def add_number(
    session: Session,
    customer: Customer,
    number: str,
    *,
    how: str,
    given_at: datetime | None,
    consented: bool,
    by: Agent,
    now: datetime,
) -> CustomerNumber:
    """Raises Refused unless it is a number the customer gave us, and it is said how and when."""
    number = " ".join(number.split())
    if not contact.is_number(number):
        raise Refused("number", N_("お客様番号は、数字を含む4〜40文字で入力してください。"))
    if how not in contact.HOW_GIVEN:
        raise Refused("how", N_("どのように教えていただいたかを選んでください。"))
    if given_at is None or given_at > now:
        raise Refused("given", N_("教えていただいた日を、今日までの日付で入力してください。"))
    if not consented:
        raise Refused("consent", NO_CONSENT)
    here = numbers_of(session, customer.id)
    folded = contact.folded_number(number)
    if any(row.folded == folded for row in here):
        raise Refused("number", N_("このお客様番号はすでに記録されています。"))
    if len(here) >= MOST_NUMBERS:
        raise Refused("number", N_("記録できるお客様番号は20件までです。"))
    row = CustomerNumber(
        customer_id=customer.id,
        number=number,
        folded=folded,
        given_how=how,
        given_at=given_at,
        noted_at=now,
        noted_by_id=by.id,
    )
    session.add(row)
    return row


def remove_number(row: CustomerNumber, *, by: Agent, now: datetime) -> None:
    """The number goes; that there was one, and who took it off, stays."""
    if row.removed_at is None:
        row.number = row.folded = ""
        row.removed_at, row.removed_by_id = now, by.id


def numbers_of(session: Session, customer_id: int) -> list[CustomerNumber]:
    theirs = select(CustomerNumber).where(
        CustomerNumber.customer_id == customer_id, CustomerNumber.removed_at.is_(None)
    )
    return list(session.scalars(theirs.order_by(CustomerNumber.id)))


def wishes_of(session: Session, customer_id: int) -> Sequence[tuple[ContactWish, Agent | None]]:
    """The newest first, each with who noted it, if anybody did."""
    theirs = (
        select(ContactWish, Agent)
        .outerjoin(Agent, Agent.id == ContactWish.agent_id)
        .where(ContactWish.customer_id == customer_id)
    )
    found = session.execute(theirs.order_by(ContactWish.at.desc(), ContactWish.id.desc()))
    return [(wish, agent) for wish, agent in found]
