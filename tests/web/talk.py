"""A customer and a desk in conversation, for the tests of the ticket's pages."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from support.conversations.records import Message
from support.replies import sending
from support.replies.records import Reply
from tests.cast import YUUKI, customer_says, hands, post, press
from tests.web import forms


@dataclass
class Talk:
    """One ticket; `says` and `answers` move it on as X and the desk would."""

    session: Any
    cast: Any
    clock: Any
    x: Any
    ticket: Any = None

    def says(
        self, text="@hikari_care 夜になると遅いです", *, ago=0, by=YUUKI, private=False, number=0
    ):
        at = self.clock() - timedelta(minutes=ago)
        thread = self.ticket.thread_x_id if self.ticket and not private else ""
        # the X of the fakes numbers ours from 1: a customer's post shares no id with them
        said = post(text, at=at, by=by, private=private, thread=thread, number=500 + number)
        self.ticket = customer_says(self.session, self.cast, said, seen=self.clock())
        return self.ticket

    def presses(self, text="確認いたします。", *, by=None):
        return press(self.session, self.ticket, by or self.cast.misaki, text, now=self.clock())

    def delivers(self, reply):
        self.clock.forward(seconds=11)
        self.session.rollback()
        sending.deliver(self.session, reply.id, hands(self.x, self.clock))

    def answers(self, text="確認いたします。", *, by=None):
        reply = self.presses(text, by=by)
        self.delivers(reply)
        return reply

    def types_on_x(self, text="Xで直接書いた返信", *, x_id="99", later=0):
        """Somebody wrote as the account, without the desk; `later` in seconds."""
        said = Message(
            conversation_id=self.ticket.conversation_id,
            ticket_id=self.ticket.id,
            x_id=x_id,
            channel=self.ticket.conversation.channel,
            by_us=True,
            text=text,
            posted_at=self.clock() + timedelta(seconds=later),
            received_at=self.clock(),
            raw={},
        )
        self.session.add(said)
        self.session.commit()
        return said

    def replies(self):
        self.session.rollback()
        return list(self.session.scalars(select(Reply).order_by(Reply.id)))


def path(ticket, deed=""):
    return f"/tickets/{ticket.id}{f'/{deed}' if deed else ''}"


def hidden(page):
    """What the reply's form carries unseen."""
    form = page[page.index('id="reply-panel"') :]
    return dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    )


def send(client, ticket, text, *, part=False, **other):
    """Fills the reply's form on the ticket's page and presses send."""
    fields = {**hidden(client.get(path(ticket)).text), "body": text, **other}
    headers = forms.PART if part else {}
    return client.post(path(ticket, "replies"), data=fields, headers=headers)
