"""Whatever is done in whatever order: what needed approval reaches X in words another person
approved, or not at all."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from support.agents.records import Agent
from support.approval import ruling
from support.approval.records import rules_in_force
from support.approval.ruling import Draft as RuleDraft
from support.errors import DeskError
from support.replies import approving, awaiting, choosing, handing, holding, pressing, sending
from support.replies.approving import Wording
from support.replies.records import Reply
from tests.cast import customer_says, hands, make_cast, post, press
from tests.fakes import SmallX, StandingClock
from tests.replies.watching import waiting

PEOPLE = ("misaki", "ken", "ryo", "hikaru")
STEP = st.one_of(
    st.tuples(st.just("press"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("approve"), st.sampled_from(PEOPLE), st.booleans()),
    st.tuples(st.just("send_back"), st.sampled_from(PEOPLE)),
    st.tuples(
        st.sampled_from(
            ["undo", "send_on", "retry", "hand", "discard", "work", "sweep", "wait", "says"]
        )
    ),
    st.tuples(st.just("suspend"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("rule"), st.sampled_from(["account", "public", "newcomer", "guard"])),
    st.tuples(st.just("end_rules")),
)


@dataclass
class Story:
    """One customer's ticket, and what the test itself knows of what was agreed to."""

    session: object
    desk: object
    clock: StandingClock
    x: SmallX
    ticket: object
    number: int = 0
    needed: set[int] = field(default_factory=set)
    agreed: dict[int, list[str]] = field(default_factory=dict)

    def newest(self):
        mine = select(Reply).where(Reply.ticket_id == self.ticket.id).order_by(Reply.id.desc())
        return self.session.scalars(mine.limit(1)).first()

    def person(self, name):
        return self.session.get_one(Agent, getattr(self.desk, name).id)

    def do(self, step):
        deed, *rest = step
        try:
            getattr(self, deed)(*rest)
            self.session.commit()
        except DeskError:
            self.session.rollback()

    def press(self, name):
        self.number += 1
        who = self.person(name)
        wants = [it.kind for it in rules_in_force(self.session)]
        needs = "account" in wants or "public" in wants
        needs = needs or ("newcomer" in wants and who.role == "agent")
        key = f"story-{self.ticket.id}-{self.number}-0123456789"
        made = press(self.session, self.ticket, who, f"{key}の返信", now=self.clock(), key=key)
        if needs:
            self.needed.add(made.id)

    def approve(self, name, changed):
        reply, by = self.newest(), self.person(name)
        if reply is None:
            return
        wording = Wording(f"{reply.body}（直し{self.number}）") if changed else None
        look = awaiting.newest(self.session, reply)
        approving.approve(self.session, reply, look, by=by, now=self.clock(), wording=wording)
        assert by.id != reply.agent_id, "somebody else"
        assert by.role != "agent"
        assert by.suspended_at is None
        self.agreed[reply.id] = [part.text for part in reply.parts]
        event("approved")

    def send_back(self, name):
        if self.newest():
            by = self.person(name)
            approving.send_back(self.session, self.newest(), by=by, word="直して", now=self.clock())

    def undo(self):
        if self.newest():
            pressing.undo(self.session, self.newest(), self.clock())

    def send_on(self):
        if self.newest():
            holding.send_on(self.session, self.newest(), self.clock(), by=self.desk.misaki)

    def retry(self):
        if self.newest():
            pressing.retry(self.session, self.newest(), self.clock(), by=self.desk.misaki)

    def hand(self):
        if self.newest():
            handing.hand_over(self.session, self.newest(), self.clock())
            assert self.newest().id not in self.needed - self.agreed.keys()

    def discard(self):
        if self.newest():
            pressing.discard(self.session, self.newest(), self.clock(), by=self.desk.ryo)

    def work(self):
        ready = waiting(self.session, self.clock)
        mine = self.newest()
        for reply_id in {*ready, *([mine.id] if mine else [])}:  # rung for in vain, too
            sending.deliver(self.session, reply_id, hands(self.x, self.clock))

    def sweep(self):
        holding.stop_overtaken(self.session, self.clock())
        approving.tell_overdue(self.session, self.clock())
        choosing.accounts_waiting(self.session, self.clock())

    def wait(self):
        self.clock.forward(minutes=7)

    def says(self):
        self.number += 1
        at = self.clock.forward(seconds=1)
        said = post("もしもし", at=at, thread=self.ticket.thread_x_id, number=self.number)
        customer_says(self.session, self.desk, said)

    def suspend(self, name):
        who = self.person(name)
        who.suspended_at = None if who.suspended_at else self.clock()

    def rule(self, kind):
        draft = RuleDraft(kind, 30, clean=500 if kind == "newcomer" else 0)
        ruling.add(self.session, draft, by=self.desk.hikaru, now=self.clock())

    def end_rules(self):
        for it in rules_in_force(self.session):
            ruling.end(it, by=self.desk.hikaru, now=self.clock())


@pytest.fixture
def desk(session):
    return make_cast(session, undo_seconds=10)


def test_what_needed_approval_goes_in_approved_words_or_not_at_all(session, desk, clock):
    outs = set()

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(steps=st.lists(STEP, min_size=4, max_size=24))
    def holds(steps):
        x = SmallX(clock)
        clock.forward(minutes=3)
        said = post(at=clock(), number=7)
        ticket = customer_says(session, desk, said)
        story = Story(session, desk, clock, x, ticket)
        for it in ("end_rules", "account"):
            story.do(("rule", it) if it == "account" else (it,))
        for name in PEOPLE:
            story.person(name).suspended_at = None
        session.commit()
        for step in [("press", "misaki"), *steps, ("wait",), ("work",)]:
            story.do(step)
        mine = session.scalars(select(Reply).where(Reply.ticket_id == ticket.id))
        out = {part.text for reply in mine for part in reply.parts if part.x_id}
        assert {it.text for it in x.ours} >= out
        for reply in session.scalars(select(Reply).where(Reply.ticket_id == ticket.id)):
            there = [part.text for part in reply.parts if part.x_id]
            if reply.id in story.needed and there:
                assert set(there) <= set(story.agreed.get(reply.id, [])), "nobody agreed to it"
                outs.add("approved and out")
            if reply.id in story.needed and reply.id not in story.agreed:
                assert not there
                outs.add("needed and kept")
        known = {part.text for reply in session.scalars(select(Reply)) for part in reply.parts}
        assert {it.text for it in x.ours} <= known

    holds()
    assert outs == {"approved and out", "needed and kept"}, "the histories reach both"
