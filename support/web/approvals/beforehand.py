"""Said before anybody presses send: that the reply will wait for approval, and why."""

from support.agents.records import Agent
from support.db import db
from support.replies import clearing
from support.tickets.records import Ticket
from support.web.approvals import approval_words
from support.web.around_account import around


def why_it_will_wait(ticket: Ticket, agent: Agent, text: str) -> str:
    """As the rules stand now; empty: it goes as ever. What is pressed is asked about anew.

    Costs no query where the frame of the page knows that there is no rule.
    """
    if not around(ticket.conversation.account_id).waits:
        return ""
    asked = clearing.asked_by(db.session(), ticket, agent, [text])
    return approval_words.because(clearing.reasons(asked))
