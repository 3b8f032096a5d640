"""Which ticket a customer's post belongs to."""

from datetime import datetime, timedelta

REOPEN_WITHIN = timedelta(days=30)
"""An answer to a ticket resolved longer ago than this is a new matter."""


def continues(state: str, resolved_at: datetime | None, posted_at: datetime) -> bool:
    """Whether a post in the same thread goes on with that thread's last ticket.

    In public a thread is X's conversation_id, for one customer: posts of one customer in one
    thread are one ticket, and one root post can hold many customers. A DM thread is the DM
    conversation.
    """
    if state != "resolved" or resolved_at is None:
        return True
    return posted_at - resolved_at <= REOPEN_WITHIN
