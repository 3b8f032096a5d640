"""What the replies of a ticket are drawn with: their links, their words, who may touch them."""

from collections.abc import Sequence
from typing import Any

from support.agents.access import Role
from support.desk import the_desk
from support.replies.claiming import target_of
from support.replies.deciding import may_decide
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.web.approvals.approval_words import reasons
from support.web.guard import me
from support.web.language import here
from support.web.replies.attempts import logs_of
from support.web.tickets import timeline
from support.web.tickets.tombstones import HIDDEN, why_gone
from support.x import links
from support.x.errors import DM_CLOSED
from support.x.records import Account


def for_replies(replies: Sequence[Reply]) -> dict[str, Any]:
    """What the replies of a ticket are drawn with."""
    return {
        "logs": logs_of(replies),
        "may_decide": may_decide,
        "needs_reason": needs_reason,
        "permalink": permalink,
        "delivery": timeline.delivery,
        "line_of": timeline.line_of,
        "why_gone": why_gone,
        "hidden_words": HIDDEN,
        "by_hand": by_hand,
        "compose_dm": compose_dm,
        "dm_closed": DM_CLOSED,
        "report_impersonation": links.report_impersonation(here().locale),
        "messages_on_x": links.messages(the_desk().settings.x_web_url),
        "may_touch": may_touch,
        "why_waits": reasons,
        "private": False,
    }


def permalink(username: str, x_id: str) -> str:
    """Where people look at a post on X, or on the sandbox that stands in for it."""
    return links.permalink(the_desk().settings.x_web_url, username, x_id)


def by_hand(part: ReplyPart) -> str:
    """X's own composer with a part written out, for a person to send."""
    return links.reply_by_hand(the_desk().settings.x_web_url, target_of(part), part.text)


def compose_dm(account: Account) -> str:
    """Where a customer writes the account a direct message."""
    return links.compose_dm(the_desk().settings.x_web_url, account.x_id)


def may_touch(reply: Reply) -> bool:
    """Whoever pressed a reply looks after it, and so may a lead."""
    agent = me()
    return reply.agent_id == agent.id or agent.role in (Role.LEAD, Role.ADMIN)


def needs_reason(reply: Reply) -> bool:
    """Whether sending it again or giving it up is explained to whoever looks later."""
    stopped = any(part.state == PartState.REJECTED for part in reply.parts)
    return stopped or reply.agent_id != me().id
