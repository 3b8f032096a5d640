"""Whatever is pressed in whatever order, nobody is contacted twice within the cool-down, nor ever
after they said no."""

from datetime import timedelta
from random import Random

import pytest

from support.errors import DeskError
from support.outreach import contacting, switching
from support.outreach.following import follow
from support.outreach.policy import Policy
from tests.outreach.prospecting import found, lists, ours, person, saying, shown

PEOPLE, POSTS, STEPS = 5, 6, 120
ALL_DAY = {day: [("00:00", "24:00")] for day in range(7)}
PRESSES = ("approve", "approve", "hand", "hand", "give_back", "take_back", "skip", "bring_back")


class Days:
    """One desk on which somebody presses at random, and what must hold after each press."""

    def __init__(self, session, cast, clock, random):
        self.session, self.clock, self.random = session, clock, random
        self.agent, self.account = session.merge(cast.misaki), session.merge(cast.account)
        self.lists = lists(session, cast.account, cast.hikaru, clock())
        policy = Policy(oldest_hours=168, wait_hours=72, own_hours=ALL_DAY)
        switching.save(session, policy, by=session.merge(cast.ryo), now=clock())
        self.prospects, self.contacts, self.refused, self.times = [], {}, {}, 0

    def find(self):
        who = person(self.random.randrange(PEOPLE))
        number = len(self.prospects) + 1
        self.prospects.append(found(self.session, self.lists, self.clock(), number, by=who))

    def press(self, it, deed):
        before, now = it.state, self.clock()
        by = {"by": self.agent, "now": now}
        try:
            match deed:
                case "approve":
                    contacting.approve(self.session, it, saying(it.id), **by)
                case "hand":
                    contacting.hand_over(self.session, it, **by)
                case "skip":
                    contacting.skip(self.session, it, "joke", **by)
                case "never":
                    contacting.never(self.session, it, "ご本人から", **by)
                case _:
                    getattr(contacting, deed)(self.session, it, **by)
        except DeskError:
            return
        if deed == "hand" and before != "handed":
            self.contacted(it, now)
        if deed == "give_back":
            del self.contacts[it.id]
        if deed == "never":
            self.refused.setdefault(it.author_x_id, now)

    def contacted(self, it, now):
        assert it.author_x_id not in self.refused, "after they said no"
        earlier = [at for x_id, at in self.contacts.values() if x_id == it.author_x_id]
        assert all(now - at >= timedelta(days=30) for at in earlier), "within the cool-down"
        self.contacts[it.id], self.times = (it.author_x_id, now), self.times + 1

    def post(self, it):
        """Only what was handed over is posted here."""
        if it.state == "handed":
            post = ours(self.account, it, self.clock(), number=900 + it.id)
            shown(self.session, self.account, post, self.clock())
            follow(self.session, self.clock())
            self.contacts[it.id] = (it.author_x_id, it.sent_at)


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_presses_contacts_anybody_twice(session, cast, clock, seed):
    days = Days(session, cast, clock, Random(seed))
    for _ in range(STEPS):
        if len(days.prospects) < POSTS or days.random.random() < 0.25:
            days.find()
        it = days.random.choice(days.prospects[-POSTS:])
        days.session.refresh(it)
        chance = days.random.random()
        if chance < 0.005:
            days.press(it, "never")
        elif chance < 0.2:
            days.post(it)
        elif chance < 0.35:
            clock.forward(days=days.random.randrange(1, 20))
        else:
            days.press(it, days.random.choice(PRESSES))
    assert days.times, "somebody was contacted, or nothing was tried"
