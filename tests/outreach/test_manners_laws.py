"""Whatever happens, in whatever order: nobody is contacted twice within the cool-down, or ever
after they refused; no cap is passed; nothing goes out of hours, while it is off, or in an incident.

Random histories are acted out on both databases and held against a few lines of bookkeeping.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Customer
from support.inbox.receiving import receive
from support.incidents.records import Incident
from support.outreach import contacting, refusing, switching
from support.outreach.following import LOOKED_FOR, follow
from support.outreach.policy import Policy
from support.outreach.records import Prospect
from support.privacy import erasing
from support.tickets.records import Ticket
from support.x.posts import Person
from support.x.records import Account
from tests.cast import post
from tests.fakes import THURSDAY
from tests.machinery.desks import engine_beside
from tests.outreach import acts, prospecting
from tests.outreach.people import another_account, found

PEOPLE = tuple(Person(f"910000000{n}", f"kakuu_{n}", f"架空{n}") for n in range(8))
TEXTS = ("ルーターが遅い", "請求が分からない", "アプリが開かない")
WORDS = (
    "ランプの色を教えていただけますか",
    "請求書の番号をDMでお知らせください",
    "再起動はお試しですか",
)
TOKYO = ZoneInfo("Asia/Tokyo")
START = THURSDAY
who, which = st.sampled_from(PEOPLE), st.integers(0, 1)
few = st.sampled_from(PEOPLE[-3:])
"""Who writes, refuses, is erased: were it everybody, soon nobody could be contacted."""
policies = st.builds(
    Policy,
    cool_down_days=st.integers(1, 40),
    agent_day=st.integers(1, 3),
    account_day=st.integers(1, 4),
    account_hour=st.integers(1, 2),
    oldest_hours=st.integers(24, 168),
    similar_hours=st.sampled_from([0, 24]),
)


@dataclass
class Contact:
    """That somebody was handed off: what the bookkeeping keeps."""

    prospect: int
    person: str
    account: int
    agent: int
    at: object


class Histories(RuleBasedStateMachine):
    contacted_in_all = 0

    def __init__(self, engine):
        super().__init__()
        self.connection = engine.connect()
        self.begun = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        first = self.session.scalars(select(Account)).one()
        self.accounts = (first, another_account(self.session, first))
        people = self.session.scalars(select(Agent).order_by(Agent.id)).all()
        self.agents, self.admin = people[:2], people[3]
        self.now, self.number = START, 0
        self.contacts, self.refused, self.on = [], set(), False
        self.incident = None
        self.switch(True)
        self.change_the_policy(Policy(agent_day=3, account_day=4, account_hour=2))

    def teardown(self):
        self.session.close()
        self.begun.rollback()
        self.connection.close()

    # -- what happens

    @rule(person=who, account=which, text=st.sampled_from(TEXTS), age=st.integers(0, 30))
    def find(self, person, account, text, age):
        at = self.now - timedelta(hours=age)
        found(self.session, self.accounts[account], now=at, author=person.x_id, text=text)

    @rule(pick=st.randoms(use_true_random=False), agent=which, words=st.sampled_from(WORDS))
    def approve(self, pick, agent, words):
        if (it := self.one("found", pick)) is not None:
            acts.approve(self.session, it, self.agents[agent], self.now, words)

    @rule(pick=st.randoms(use_true_random=False), agent=which)
    def hand_over(self, pick, agent):
        if (it := self.one("approved", pick)) is not None:
            self.hand(it, self.agents[agent])

    @rule(people=st.lists(who, min_size=2, max_size=5), account=which, agent=which)
    def one_after_another(self, people, account, agent):
        """Found, approved and handed off in one go, in words of their own: a busy hour."""
        by = self.agents[agent]
        for person in people:
            self.number += 1
            text = TEXTS[self.number % len(TEXTS)]
            here = {"now": self.now, "author": person.x_id, "text": text}
            it = found(self.session, self.accounts[account], **here)
            words = f"{WORDS[self.number % 3]} {hashlib.md5(str(self.number).encode()).hexdigest()}"
            if acts.approve(self.session, it, by, self.now, words) == ():
                self.hand(it, by)

    def hand(self, it, agent):
        if not acts.hand_over(self.session, it, agent, self.now):
            self.may_be_contacted(it, agent)
            contact = Contact(it.id, it.author_x_id, it.account_id, agent.id, self.now)
            self.contacts.append(contact)
            Histories.contacted_in_all += 1

    @rule(pick=st.randoms(use_true_random=False))
    def see(self, pick):
        if (it := self.one("handed", pick)) is not None:
            ours = prospecting.ours(it.account, it, self.now, it.body, number=5000 + it.id)
            prospecting.shown(self.session, it.account, ours, self.now)
            follow(self.session, self.now)
            if it.state != "seen":  # nobody looks for it any more; handed off, it counts
                assert self.now - it.found_at >= LOOKED_FOR
                return
            mine = next(contact for contact in self.contacts if contact.prospect == it.id)
            self.contacts.append(replace(mine, at=self.now))

    @rule(pick=st.randoms(use_true_random=False))
    def give_back(self, pick):
        if (it := self.one("handed", pick)) is not None:
            contacting.give_back(self.session, it, by=self.agents[0], now=self.now)
            self.contacts = [contact for contact in self.contacts if contact.prospect != it.id]

    @rule(pick=st.randoms(use_true_random=False))
    def take_back(self, pick):
        if (it := self.one("approved", pick)) is not None:
            contacting.take_back(self.session, it, by=self.agents[0], now=self.now)

    @rule(pick=st.randoms(use_true_random=False))
    def skip(self, pick):
        if (it := self.one("approved", pick)) is not None:
            contacting.skip(self.session, it, "other", by=self.agents[0], now=self.now)

    @rule(pick=st.randoms(use_true_random=False))
    def bring_back(self, pick):
        it = self.one("skipped", pick)
        if it is not None and it.skip_reason == "other":
            contacting.bring_back(self.session, it, by=self.agents[0], now=self.now)

    @rule(pick=st.randoms(use_true_random=False))
    def never(self, pick):
        """Pressed beside a candidate."""
        it = self.one("found", pick)
        if it is not None and it.author_x_id in {one.x_id for one in PEOPLE[-3:]}:
            contacting.never(self.session, it, "ご本人から", by=self.agents[0], now=self.now)
            self.refused.add(it.author_x_id)

    @rule(person=few)
    def they_write_to_us(self, person):
        self.number += 1
        said = post("@hikari_care お願いします", at=self.now, by=person, number=self.number)
        receive(self.session, self.accounts[0], [said], stream="mentions", now=self.now)

    @rule()
    def resolve_everything(self):
        for ticket in self.session.scalars(select(Ticket).where(Ticket.state != "resolved")):
            ticket.state, ticket.resolved_at = "resolved", self.now
        self.session.flush()

    @rule(person=few, noted=st.booleans())
    def refuse(self, person, noted):
        by = self.agents[0] if noted else None
        refusing.never_again(
            self.session, person.x_id, person.username, by=by, reason="不要", now=self.now
        )
        self.refused.add(person.x_id)

    @rule(person=few)
    def erase(self, person):
        theirs = select(Customer).where(Customer.x_id == person.x_id)
        if (customer := self.session.scalar(theirs)) is None:
            return
        if erasing.barring.obstacles(self.session, customer, customer.x_id):
            return
        erasure = erasing.begin(self.session, customer, by=self.admin, now=self.now)
        while not erasing.go_on(self.session, erasure, self.now):
            pass
        self.refused.add(person.x_id)

    @rule(hours=st.sampled_from([1 / 6, 1 / 6, 1, 8]))
    def time_goes_by(self, hours):
        self.now += timedelta(hours=hours)

    @rule(days=st.sampled_from([1, 1, 2, 8, 31]))
    def another_working_day_begins(self, days):
        day = self.now.astimezone(TOKYO) + timedelta(days=days)
        day += timedelta(days=max(0, 7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
        self.now = day.replace(hour=10, minute=0).astimezone(UTC)

    @rule(policy=policies)
    def change_the_policy(self, policy):
        switching.save(self.session, policy, by=self.admin, now=self.now)
        self.policy = policy

    @rule(on=st.sampled_from([True, True, False]))
    def switch(self, on):
        by = {"by": self.admin, "now": self.now}
        if on:
            switching.switch_on(self.session, typed="読みました", **by)
        else:
            switching.switch_off(self.session, reason="様子見", **by)
        self.on = on

    @precondition(lambda self: self.incident is None)
    @rule(account=which, text=st.sampled_from(TEXTS))
    def an_incident_begins(self, account, text):
        self.incident = Incident(
            account_id=self.accounts[account].id,
            title="障害",
            words=[text],
            tags=[],
            begun_at=self.now,
            opened_at=self.now,
            opened_by_id=self.admin.id,
        )
        self.session.add(self.incident)
        self.session.flush()

    @precondition(lambda self: self.incident is not None)
    @rule()
    def it_ends(self):
        self.incident.closed_at, self.incident = self.now, None
        self.session.flush()

    # -- what must hold

    def may_be_contacted(self, it, agent):
        """By the bookkeeping alone, at the moment somebody is handed off."""
        there, day = self.now.astimezone(TOKYO), timedelta(days=self.policy.cool_down_days)
        assert self.on
        assert it.author_x_id not in self.refused, "they asked not to be written to"
        for contact in self.contacts:
            if contact.person == it.author_x_id and contact.prospect != it.id:
                assert contact.at + day <= self.now, "within the cool-down"
        assert there.weekday() < 5, "at a weekend"
        assert 9 <= there.hour < 18, "out of hours"
        today = {
            c.prospect: c for c in self.contacts if c.at.astimezone(TOKYO).date() == there.date()
        }
        agents = [c for c in today.values() if c.agent == agent.id]
        accounts = [c for c in today.values() if c.account == it.account_id]
        assert len(agents) < self.policy.agent_day, "more than the agent's cap"
        assert len(accounts) < self.policy.account_day, "more than the account's cap"
        hour = {c.prospect for c in accounts if c.at > self.now - timedelta(hours=1)}
        assert len(hour) < self.policy.account_hour, "more than the account's cap of an hour"
        assert self.now - it.posted_at <= timedelta(hours=self.policy.oldest_hours)
        if self.incident is not None and self.incident.account_id == it.account_id:
            assert self.incident.words[0] not in it.text, "while an incident is open about it"

    @invariant()
    def nobody_is_offered_help_twice_at_once(self):
        under_way = select(Prospect.author_x_id).where(Prospect.state.in_(("approved", "handed")))
        busy = list(self.session.scalars(under_way))
        assert len(busy) == len(set(busy))

    @invariant()
    def nothing_is_under_way_for_who_refused(self):
        theirs = select(func.count(Prospect.id)).where(
            Prospect.author_x_id.in_(self.refused), Prospect.state == "handed"
        )
        assert self.session.scalar(theirs) == 0

    def one(self, state, pick):
        waiting = select(Prospect).where(Prospect.state == state).order_by(Prospect.id)
        rows = self.session.scalars(waiting).all()
        return pick.choice(rows) if rows else None


def test_no_history_breaks_the_manners(database_url, cast, session):
    session.rollback()
    engine, before = engine_beside(database_url), Histories.contacted_in_all
    run_state_machine_as_test(
        lambda: Histories(engine),
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Histories.contacted_in_all > before + 3, "these histories contact nobody"
