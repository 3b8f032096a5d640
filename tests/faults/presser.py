"""The agents: each errand's message is answered once it has reached the desk.

Most press as the page's door does, without the web server between; browser.py presses through it.
Whoever cannot know whether a press was stored sends the same form again.
"""

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from support.agents.records import Agent
from support.conversations.records import Conversation, Message
from support.errors import DeskError, SomeoneWasFirst
from support.replies import pressing
from support.replies.images import fit
from support.replies.pressing import Draft
from support.replies.records import Reply
from support.sandbox.samples import picture
from support.tickets.records import Ticket
from tests.faults.browser import Browser
from tests.faults.plan import Errand
from tests.faults.world import World

SERIAL = re.compile(r"（(\d{6})）$")
LOOK_BACK = 200
"""Rows may be committed in another order than they are numbered."""
AGENTS_AT_ONCE = 4
AGAIN = 0.5
"""Seconds before the form is sent again."""
SCHEDULED = timedelta(seconds=4)
MOST_WAITING = 300
"""Parts to go out beyond which agents press no more for the moment."""


@dataclass(frozen=True)
class Waiting:
    """A message that is to be answered."""

    errand: Errand
    message_id: int
    account_id: int


class Presser(threading.Thread):
    """Answers at a pace whatever has arrived."""

    def __init__(
        self,
        world: World,
        errands: list[Errand],
        browser: Browser | None,
        per_second: float,
        waiting: Callable[[], int],
    ) -> None:
        """`waiting`: how many parts are to go out."""
        super().__init__(daemon=True)
        self._waiting = waiting
        self._world, self._browser = world, browser
        self._wanted = {errand.serial: errand for errand in errands}
        self._pace = 1 / per_second
        self._over = threading.Event()
        self._agents = ThreadPoolExecutor(AGENTS_AT_ONCE)
        self._given: list[Future[None]] = []
        """To the agents, who may still be at it."""
        self._newest = 0
        self._ways: dict[str, Callable[[Waiting], None]] = {
            "race": self._race,
            "twice": self._twice,
            "undone": self._undone,
            "web": self._by_browser,
            "web_twice": self._by_browser,
        }

    @property
    def left(self) -> int:
        """Messages that are to be answered, and presses that are not over yet."""
        return len(self._wanted) + sum(not press.done() for press in [*self._given])

    def stop(self) -> None:
        self._over.set()
        self.join()
        self._agents.shutdown(wait=True)

    def run(self) -> None:
        while self._wanted and not self._over.is_set():
            for waiting in self._arrived():
                way = self._ways.get(waiting.errand.kind, self._once)
                press = self._agents.submit(self._say_what_fails, way, waiting)
                self._given.append(press)
                del self._wanted[waiting.errand.serial]
                self._over.wait(self._pace)
                while self._waiting() > MOST_WAITING and not self._over.is_set():
                    self._over.wait(0.2)
            self._over.wait(0.4)

    def _say_what_fails(self, way: Callable[[Waiting], None], waiting: Waiting) -> None:
        try:
            way(waiting)
        except Exception as error:
            self._world.ledger.note("broke", serial=waiting.errand.serial, why=repr(error)[:300])

    def _arrived(self) -> list[Waiting]:
        theirs = (
            select(Message.id, Message.text, Conversation.account_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.by_us.is_(False), Message.id > self._newest - LOOK_BACK)
        )
        try:
            with self._world.session() as session:
                rows = session.execute(theirs.order_by(Message.id)).all()
        except SQLAlchemyError:
            return []
        found = []
        for message_id, text, account_id in rows:
            self._newest = max(self._newest, message_id)
            serial = SERIAL.search(text)
            errand = self._wanted.get(int(serial[1])) if serial else None
            if errand is not None:
                found.append(Waiting(errand, message_id, account_id))
        return found

    def _once(self, waiting: Waiting) -> None:
        self._press(waiting, f"{waiting.errand.serial:016}", self._world.cast.misaki)

    def _twice(self, waiting: Waiting) -> None:
        self._once(waiting)
        self._once(waiting)

    def _race(self, waiting: Waiting) -> None:
        """Two agents answer what neither has seen answered."""
        cast, start = self._world.cast, threading.Barrier(2)
        stem = f"{waiting.errand.serial:015}"
        keys = {f"{stem}a": cast.misaki, f"{stem}b": cast.ken}
        self._world.ledger.note("race", keys=[*keys], serial=waiting.errand.serial)

        def press(key: str, agent: Agent) -> None:
            start.wait()
            self._press(waiting, key, agent, gives_way=True)

        both = [threading.Thread(target=press, args=it) for it in keys.items()]
        for one in both:
            one.start()
        for one in both:
            one.join()

    def _undone(self, waiting: Waiting) -> None:
        reply_id = self._press(waiting, f"{waiting.errand.serial:016}", self._world.cast.misaki)
        time.sleep(1.0)
        while reply_id is not None:
            try:
                with self._world.session() as session:
                    reply = session.get_one(Reply, reply_id)
                    undone = pressing.undo(session, reply, self._world.clock())
                    session.commit()
            except SQLAlchemyError:
                time.sleep(AGAIN)
                continue
            self._world.ledger.note("undone" if undone else "too_late", reply=reply_id)
            return

    def _by_browser(self, waiting: Waiting) -> None:
        if self._browser is not None:
            ticket_id = self._ticket_of(waiting)
            times = 2 if waiting.errand.kind == "web_twice" else 1
            self._browser.press(ticket_id, waiting.errand, times)

    def _ticket_of(self, waiting: Waiting) -> int:
        while True:
            try:
                with self._world.session() as session:
                    return session.get_one(Message, waiting.message_id).ticket_id
            except SQLAlchemyError:
                time.sleep(AGAIN)

    def _press(
        self, waiting: Waiting, key: str, agent: Agent, *, gives_way: bool = False
    ) -> int | None:
        """The reply's id; None where the desk did not take it. An answer there is in the end."""
        serial = waiting.errand.serial
        while True:
            try:
                reply_id = self._store(waiting, key, agent)
            except SomeoneWasFirst as first:
                if not gives_way:  # who was first is answered on top of: the page shows it now
                    time.sleep(AGAIN)
                    continue
                self._world.ledger.note("refused", key=key, serial=serial, why=str(first))
                return None
            except DeskError as error:
                self._world.ledger.note("refused", key=key, serial=serial, why=str(error))
                return None
            except SQLAlchemyError:
                time.sleep(AGAIN)
                continue
            self._world.ledger.note("pressed", key=key, serial=serial, reply=reply_id)
            return reply_id

    def _store(self, waiting: Waiting, key: str, agent: Agent) -> int:
        with self._world.session() as session:
            message = session.get_one(Message, waiting.message_id)
            ticket = session.get_one(Ticket, message.ticket_id)
            newest = select(func.max(Reply.id)).where(Reply.ticket_id == ticket.id)
            seen = None if waiting.errand.kind == "race" else session.scalar(newest)
            draft = self._draft(waiting, key, seen)
            who = session.get_one(Agent, agent.id)
            reply = pressing.press(session, ticket, message, who, draft, self._world.clock())
            session.commit()
            reply_id, waits = reply.id, reply.held_until > reply.pressed_at
        if not waits:
            self._world.later.ring("send", waiting.account_id)
        return reply_id

    def _draft(self, waiting: Waiting, key: str, seen: int | None) -> Draft:
        errand = waiting.errand
        if errand.kind == "picture":
            shown = (fit(picture(errand.serial, 64, 36), "image1", "復旧の見込み"),)
            return Draft(errand.answer, key, seen, shown)
        if errand.kind == "scheduled":
            at = self._world.clock() + SCHEDULED
            return Draft(errand.answer, key, seen, send_at=at, out_of_hours=True)
        return Draft(errand.answer, key, seen)
