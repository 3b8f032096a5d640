"""An X that searches, and posts of strangers for it to find."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from support.outreach import hearing, listening
from support.outreach.listening import Wanted
from support.outreach.records import OutreachSwitch, Prospect
from support.x.posts import Page, Person, Post
from support.x.pricing import X_PRICES
from support.x.records import Charge
from tests.cast import post
from tests.fakes import THURSDAY


def stranger(number: int, text: str = "ひかり回線が遅い", *, at: datetime | None = None) -> Post:
    """A post that does not name us, by somebody new each."""
    who = Person(str(8_800_000_000 + number), f"kakuu_{number}", f"架空{number}", followers=120)
    said = post(text, at=at or THURSDAY + timedelta(seconds=number), by=who, number=number)
    return replace(said, mentions=(), mention_ids=(), named_ids=())


@dataclass
class Searched:
    """Shows `said`, the newest first, in pages; fails on the page `fails_on` with `error`."""

    said: list[Post] = field(default_factory=list)
    error: Exception | None = None
    fails_on: int = 0
    asked: list[dict] = field(default_factory=list)
    meanwhile: list = field(default_factory=list)

    def search(self, query, *, since_id="", page=None, most=100):
        self.asked.append({"query": query, "since_id": since_id, "page": page, "most": most})
        for deed in self.meanwhile:
            deed()
        if self.error is not None and len(self.asked) - 1 == self.fails_on:
            raise self.error
        newer = [it for it in self.said if int(it.x_id) > int(since_id or 0)]
        newer.sort(key=lambda it: -int(it.x_id))
        begin = int(page or 0)
        shown = newer[begin : begin + most]
        more = str(begin + most) if begin + most < len(newer) else None
        return Page(tuple(shown), (), more, len(shown))


def switch(session, cast, on: bool = True, at: datetime = THURSDAY) -> None:
    session.add(OutreachSwitch(is_on=on, agent_id=cast.ryo.id, at=at))
    session.commit()


PRICES = X_PRICES


def later(**amount):
    return THURSDAY + timedelta(**amount)


def make(session, cast, name="遅い", **more):
    wanted = Wanted(cast.account.id, name, "ひかり回線 遅い", {}, None, 15, 200)
    found = listening.add(session, replace(wanted, **more), by=cast.ryo, now=THURSDAY)
    session.commit()
    return found


def turn(session, it, x, now=THURSDAY):
    """One turn, if it is one."""
    taken = hearing.begin(session, it.id, now, PRICES)
    return None if taken is None else hearing.hear(session, taken, x, now, PRICES)


def found(session):
    return list(session.scalars(select(Prospect).order_by(Prospect.id)))


def paid(session):
    return session.scalar(select(func.coalesce(func.sum(Charge.items), 0))) or 0
