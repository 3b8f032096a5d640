"""How tests press a reply for later, before or within a crisis."""

from datetime import timedelta

from support.replies import pressing
from support.replies.pressing import Draft


def schedule(session, ticket, agent, clock, **after):
    draft = Draft("明日ご連絡します。", "later", None, send_at=clock() + timedelta(**after))
    reply = pressing.press(session, ticket, ticket.latest_message, agent, draft, clock())
    session.commit()
    return reply
