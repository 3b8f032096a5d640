"""After an answer went out: the customer's question, offered as one more phrasing of it."""

import re
from dataclasses import dataclass

from support.canned import phrasing
from support.canned.replies import CannedReply
from support.conversations.records import Message
from support.desk import the_desk
from support.replies.records import Reply
from support.replies.states import PartState, together
from support.web.tickets.dossier import Dossier

_APART = re.compile(r"[@＠(（|｜/／]")


@dataclass(frozen=True)
class Lesson:
    """`text` is the question, cleaned of whoever asked; an agent looks at it before it is kept."""

    reply_id: int
    answer: CannedReply
    text: str


def lesson(it: Dossier) -> Lesson | None:
    """What the newest reply of a ticket can teach the shelf; only that one is offered."""
    sent = [reply for reply in it.replies if not reply.automatic and not _undone(reply)]
    if not sent or sent[-1].id not in it.grew_from:
        return None
    answer = the_desk().shelf.get(it.grew_from[sent[-1].id])
    asked = question(sent[-1].answers)
    if answer is None or not is_new(asked, answer):
        return None
    return Lesson(sent[-1].id, answer, asked)


def question(message: Message) -> str:
    """What the customer asked, without what tells who they are; "" where the words are gone."""
    if message.emptied_at is not None or message.kind != "text":
        return ""
    who = message.author or message.conversation.customer
    return phrasing.clean(message.text, [who.name, who.username, _APART.split(who.name)[0]])


def is_new(text: str, answer: CannedReply) -> bool:
    return phrasing.is_new(text, (answer.title, *answer.questions))


def _undone(reply: Reply) -> bool:
    return together(part.state for part in reply.parts) == PartState.UNDONE
