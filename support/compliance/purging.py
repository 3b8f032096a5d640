"""All that customers wrote to one of our accounts leaves the desk: the account is disconnected."""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from support.compliance import elsewhere
from support.compliance.emptying import Notice, empty_profile, empty_where, log
from support.conversations.records import Conversation, Customer, Message
from support.search.indexing import enter_customers
from support.x.records import Account

ACCOUNT = "account"


def purge_some(session: Session, account: Account, notice: Notice, *, most: int = 500) -> int:
    """Empties up to `most` messages customers sent to an account; 0 when none is left."""
    to_us = select(Conversation.id).where(Conversation.account_id == account.id)
    theirs = and_(Message.by_us.is_(False), Message.conversation_id.in_(to_us))
    items, _ = empty_where(session, theirs, notice, most=most)
    return items


def finish_purge(session: Session, account: Account, notice: Notice, *, items: int) -> int:
    """What else is known through an account: posts passed over, and whom only it talked with."""
    items += elsewhere.empty_all_for(session, account.id, notice.now)
    elsewhere_too = select(Conversation.customer_id).where(Conversation.account_id != account.id)
    only_here = select(Customer).where(
        Customer.id.in_(
            select(Conversation.customer_id).where(Conversation.account_id == account.id)
        ),
        Customer.id.not_in(elsewhere_too),
        Customer.hidden_reason != notice.reason,
    )
    for customer in session.scalars(only_here):
        items += 1 + elsewhere.empty_all_of(session, customer.x_id, notice.reason, notice.now)
        empty_profile(customer, notice)
        enter_customers(session, [customer])
    log(session, ACCOUNT, account.x_id, notice, items=items, account_id=account.id)
    session.flush()
    return items
