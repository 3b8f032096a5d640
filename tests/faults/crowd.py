"""The people of an outage: who links what comes in, agents who answer meanwhile, and whoever looks
at the pages to see how long they take."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import DeskError, SomeoneWasFirst
from support.incidents import finding, linking, running, waves
from support.incidents.waves import Plan
from support.replies import pressing
from support.replies.pressing import Draft
from support.replies.records import Reply
from support.tickets.records import Ticket
from support.x.connecting import resume
from support.x.records import Account
from tests.faults.browser import Browser
from tests.faults.pages import at, place_of
from tests.faults.world import CARE, World
from tests.incidents.scene import TEXTS

OFTEN = 0.5
IDLE_EVERY = 1.0
IDLE, MEANWHILE = "by-idle-", "by-hand-"
"""How the keys of agents' replies begin, before the incident and in it."""


class Person(threading.Thread):
    """Does one thing again and again; a database that is away is tried again."""

    def __init__(self, world: World) -> None:
        super().__init__(daemon=True)
        self._world = world
        self._over = threading.Event()

    def stop(self) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(OFTEN):
            try:
                with self._world.session() as session:
                    self.act(session)
            except SQLAlchemyError:
                continue
            except Exception as error:
                self._world.ledger.note("broke", why=f"{type(self).__name__}: {error!r}"[:300])

    def act(self, session: Session) -> None:
        raise NotImplementedError


WORDS = ("つながりにくい",)
"""What the incident's rule takes up: everybody here writes it."""


def open_incident(world: World, per_minute: int) -> int:
    """By the lead, who links whoever wrote already; the rule links whoever comes after that."""
    now = world.clock()
    with world.session() as session:
        account = session.scalars(select(Account).where(Account.handle == CARE)).one()
        ryo = session.get_one(Agent, world.cast.ryo.id)
        begun = now - timedelta(minutes=10)
        draft = running.Draft(
            account.id, "つながりにくい状況", begun, words=WORDS, links_new=True, lead_id=ryo.id
        )
        incident = running.open_incident(session, draft, by=ryo, now=now)
        here = [it.ticket.id for it in finding.alike(session, incident)]
        linking.link(session, incident, here, by=ryo, now=now)
        plan = Plan("first", TEXTS, per_minute, takes_new=True)
        wave = waves.save(session, incident, plan, by=ryo, now=now)
        waves.approve(session, wave, by=ryo, now=now)
        session.commit()
        return incident.id


def tickets(world: World) -> int:
    """How many there are by now."""
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


class Agents(Person):
    """Answer somebody by hand now and then, whoever's turn it is in the wave."""

    def __init__(self, world: World, random: Random, count: int, seconds: float) -> None:
        """So many of them, evenly in so many seconds."""
        super().__init__(world)
        self._random, self.left, self._every = random, count, seconds / count
        self._next = 0.0
        self._when = MEANWHILE

    def before(self, most: int) -> None:
        """What they answer before the incident is opened: one after the other."""
        wanted, self.left, self._when = self.left, most, IDLE
        deadline = time.monotonic() + 5.0 * most
        while self.left > 0 and time.monotonic() < deadline:
            self._next = 0.0
            with self._world.session() as session:
                self.act(session)
            time.sleep(IDLE_EVERY)
        self.left, self._when = wanted, MEANWHILE

    def act(self, session: Session) -> None:
        if self.left <= 0 or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every
        unanswered = select(Ticket).where(
            Ticket.state == "open", ~exists().where(Reply.ticket_id == Ticket.id)
        )
        found = list(session.scalars(unanswered.order_by(Ticket.id.desc()).limit(20)))
        found = [it for it in found if not it.conversation.customer.username.endswith("5")]
        if found:  # who ends in 5 writes once more, and is left to the wave
            self._answer(session, self._random.choice(found))

    def _answer(self, session: Session, ticket: Ticket) -> None:
        assert ticket.latest_message is not None
        key, now = f"{self._when}{ticket.id:010}", self._world.clock()
        draft = Draft(f"受付番号{ticket.id:06}の件、担当が確認いたします。", key, None)
        agent = session.get_one(Agent, self._world.cast.misaki.id)
        account_id = ticket.conversation.account_id
        try:
            pressing.press(session, ticket, ticket.latest_message, agent, draft, now)
            session.commit()
        except (SomeoneWasFirst, DeskError) as error:
            session.rollback()
            self._world.ledger.note("refused", key=key, serial=ticket.id, why=str(error))
            return
        self._world.ledger.note("pressed", key=key, serial=ticket.id)
        self.left -= 1
        self._world.later.ring("send", account_id)


class Resumer(Person):
    """Starts an account again that X's answers stopped, and decides nothing else."""

    def act(self, session: Session) -> None:
        for account in session.scalars(select(Account).where(Account.stopped_at.is_not(None))):
            resume(account)
        session.commit()


class Looker(threading.Thread):
    """An agent who opens the queue and a ticket, and how long that took them."""

    def __init__(self, browser: Browser) -> None:
        super().__init__(daemon=True)
        self._browser = browser
        self._over = threading.Event()
        self._took: dict[str, list[float]] = {"queue": [], "ticket": []}

    def look(self, times: int) -> None:
        for _ in range(times):
            self._look()

    def taken(self) -> dict[str, Any]:
        """Milliseconds, and how many looks that were; the next ones are counted anew."""
        took, self._took = self._took, {"queue": [], "ticket": []}
        return {
            name: {"p50_ms": at(found, 0.5), "p95_ms": at(found, 0.95), "n": len(found)}
            for name, found in took.items()
            if found
        }

    def stop(self) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(2.0):
            self._look()

    def _look(self) -> None:
        with suppress(Exception):  # the database is away now and then: that is no slow page
            began = time.monotonic()
            ticket = self._browser.open_queue()
            self._took["queue"].append(time.monotonic() - began)
            if ticket:
                began = time.monotonic()
                self._browser.open(ticket)
                self._took["ticket"].append(time.monotonic() - began)


def seconds(found: Sequence[float]) -> dict[str, Any]:
    """Of agents' replies, from the press to X's acceptance."""
    ordered = sorted(found)
    shares = {"p50_s": 0.5, "p95_s": 0.95}
    took = (
        {name: round(ordered[place_of(it, ordered)], 2) for name, it in shares.items()}
        if found
        else {}
    )
    return {"n": len(ordered), **took}
