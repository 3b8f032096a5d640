"""A shelf, an account whose customers write and whose agents pick, and what is then suggested."""

from dataclasses import replace
from datetime import date, timedelta

from support.canned import learning
from support.canned.learning import SETTLED
from support.canned.records import Pick
from support.canned.shelf import Shelf
from support.conversations.records import Message
from tests.cast import customer_says, post

ANSWERS = {
    "slow": "title: 速度\nasked_as: [動画がとても遅い, 通信速度が出ない]",
    "stop": "title: 途切れ\nasked_as: [通信が途切れる, 電波が切れる]",
    "bill": "title: 請求額\nasked_as: [請求額が高い, 料金が先月より高い]",
}
POST = "夕方になると動画がカクカクして遅い"
"""By its words alone a question for the answer `slow`."""
TODAY = date(2026, 10, 1)


def shelf_in(folder):
    folder.mkdir(exist_ok=True)
    for name, head in ANSWERS.items():
        text = f"---\nid: {name}\n{head}\n---\n本文 {name}\n"
        (folder / f"{name}.md").write_text(text, "utf-8")
    return Shelf(folder)


class School:
    """An account's customers write, its agents pick; `asked` is what the desk then suggests."""

    def __init__(self, session, shelf, cast, clock, account):
        self.session, self.shelf, self.clock = session, shelf, clock
        self.cast, self.account = replace(cast, account=account), account
        self.number = 0

    def message(self, text=POST):
        """Another customer's message to this account."""
        self.number += 1
        at = self.clock() - timedelta(days=1000)
        said = post(text, at=at, number=self.number + 1000 * self.account.id)
        us, handle = (self.account.x_id,), (self.account.handle,)
        said = replace(said, mentions=handle, mention_ids=us, named_ids=us)
        ticket = customer_says(self.session, self.cast, said, seen=at)
        return self.session.get_one(Message, ticket.latest_message_id)

    def pick(self, answer="stop", *, text=POST, message=None, ago=SETTLED, shown=(), kept=1.0):
        message = message or self.message(text)
        at = self.clock() - ago
        row = Pick(message_id=message.id, agent_id=self.cast.ken.id, shown=list(shown))
        row.answer_id, row.picked_at, row.kept = answer, at, kept if answer else None
        self.session.add(row)
        self.session.commit()
        return row

    def picks(self, number, answer="stop", **other):
        return [self.pick(answer, **other) for _ in range(number)]

    def none_fits(self, *shown, **other):
        return self.pick(None, shown=shown, **other)

    def matcher(self, shelf=None, today=TODAY):
        found = learning.matcher(
            self.session, shelf or self.shelf, self.account.id, "public", self.clock(), today
        )
        self.session.rollback()
        return found

    @property
    def lessons(self):
        self.matcher()
        return self.shelf.schools[self.account.id].lessons

    @property
    def picked(self):
        """How often the matcher was taught each answer."""
        return {it.reply.id: it.picked for it in self.matcher().rank(POST, 9) if it.picked}

    def first(self, text=POST):
        return self.matcher().ranking(text, 1)[0]

    def forget(self, **what):
        gone = learning.forget(self.session, self.account.id, self.clock(), **what)
        self.session.commit()
        learning.look_again(self.shelf, self.account.id)
        return gone


def told(matcher, text=POST):
    return [(it.reply.id, it.confidence) for it in matcher.rank(text, 9)]
