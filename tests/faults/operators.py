"""The people beside the agents: whoever starts a stopped account again, posts by hand what X does
not let the API post, decides what asks, and takes a post back."""

import threading
from random import Random

import httpx
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import PUBLIC, Conversation
from support.errors import DeskError
from support.replies import holding, retracting
from support.replies.records import Reply, ReplyPart, Retraction
from support.x.connecting import resume
from support.x.records import Account
from tests.faults.world import World

EVERY = 1.0


class Operators(threading.Thread):
    """Looks after the desk each second, as far as it and X can be reached."""

    def __init__(
        self, world: World, random: Random, x_is_steady: threading.Lock, takes_back: int
    ) -> None:
        super().__init__(daemon=True)
        self._world, self._random, self._x_is_steady = world, random, x_is_steady
        self._over = threading.Event()
        self._typed: set[int] = set()
        self._decided: set[int] = set()
        self._takes_back = takes_back
        self.resumed = 0

    def stop(self) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(EVERY):
            for deed in (self._resume, self._type, self._decide, self._take_back):
                try:
                    with self._world.session() as session:
                        deed(session)
                except (SQLAlchemyError, httpx.HTTPError, DeskError):
                    continue

    def _resume(self, session: Session) -> None:
        stopped = list(session.scalars(select(Account).where(Account.stopped_at.is_not(None))))
        for account in stopped:
            resume(account)
        session.commit()
        self.resumed += len(stopped)

    def _type(self, session: Session) -> None:
        """On x.com, whatever was handed over, once each: a person sees what they sent."""
        handed = select(ReplyPart).where(ReplyPart.state == "handed").order_by(ReplyPart.id)
        parts = [part for part in session.scalars(handed) if part.id not in self._typed]
        for part in parts:
            reply = session.get_one(Reply, part.reply_id)
            asked = {
                "who": reply.conversation.account.handle,
                "text": part.text,
                "in_reply_to": reply.answers.x_id,
            }
            with self._x_is_steady:
                self._typed.add(part.id)
                answer = httpx.post(f"{self._world.x.url}/sandbox/composed", data=asked, timeout=10)
            if answer.status_code == 303:
                x_id = answer.headers["Location"].rpartition("/")[2]
                self._world.ledger.note("typed", x_id=x_id, part=part.id)

    def _decide(self, session: Session) -> None:
        """A person reads what is new, and sends two of three on."""
        asking = select(ReplyPart.reply_id).where(ReplyPart.state == "asking").distinct()
        for reply_id in set(session.scalars(asking)) - self._decided:
            if self._random.random() < 0.67:
                by = session.get_one(Agent, self._world.cast.misaki.id)
                now = self._world.clock()
                holding.send_on(session, session.get_one(Reply, reply_id), now, by=by)
                session.commit()
            self._decided.add(reply_id)

    def _take_back(self, session: Session) -> None:
        """Now and then a lead has one of our posts taken down from X."""
        alone = (
            select(ReplyPart)
            .join(ReplyPart.reply)
            .join(Reply.conversation)
            .where(
                ReplyPart.state == "posted",
                ReplyPart.position == 1,
                ReplyPart.id.not_in(select(Retraction.part_id)),
                Reply.settled_at.is_not(None),
                Conversation.channel == PUBLIC,
            )
        )
        if not self._takes_back or (found := session.scalars(alone.limit(1)).first()) is None:
            return
        by = session.get_one(Agent, self._world.cast.ryo.id)
        retracting.ask(session, found, self._world.clock(), by=by, reason="内容の誤り")
        account_id = found.reply.conversation.account_id
        session.commit()
        self._takes_back -= 1
        self._world.later.ring("send", account_id)
