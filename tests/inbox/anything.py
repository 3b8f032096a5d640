"""A ticket's life in random steps: all that may happen to what is owed in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.compliance.emptying import Notice, empty_where
from support.conversations.records import Message
from support.errors import DeskError
from support.inbox import splitting
from support.inbox.following import followed
from support.inbox.receiving import receive
from support.replies.records import Reply, ReplyPart
from support.sla import pausing
from support.sla.levels import Carry, Conditions, Priority
from support.sla.records import IS_OPEN, Promise
from support.terms import editing, placing
from support.terms.choosing import terms_for
from support.terms.records import TermsEdit
from support.terms.rejudging import go_on
from support.tickets import handling, marking, merging, noting, updating, waking
from support.tickets.records import Team, Ticket
from tests.cast import Cast, post
from tests.fakes import THURSDAY, snowflake

HOURS = [["09:00", "18:00"], ["10:00", "15:00"], ["00:00", "24:00"], ["22:00", "26:00"]]
ZONES = ("Asia/Tokyo", "America/New_York")


class Life:
    """Random steps, each at a later moment; `step` says what was done."""

    def __init__(self, session: Session, cast: Cast, random: Random) -> None:
        self.session, self.cast, self.random = session, cast, random
        self.now, self.count = THURSDAY, 0
        self.threads: list[str] = []
        self.unread: list[object] = []
        self.team = Team(name="夜間", calendar_id=None, made_at=THURSDAY)
        session.add(self.team)
        editing.edit_levels(session, self._lines(), Carry.NEW, by=cast.hikaru, now=self.now)
        session.commit()
        self.write_new()
        session.commit()

    def step(self) -> str:
        steps: dict[Callable[[], None], int] = {
            self.write_new: 1,
            self.write_again: 6,
            self.write_unseen: 2,
            self.read_unseen: 3,
            self.answer: 6,
            self.answer_on_x: 2,
            self.note: 1,
            self.hold: 2,
            self.wake: 2,
            self.resolve: 2,
            self.reopen: 2,
            self.take_back: 2,
            self.prioritise: 2,
            self.move_team: 2,
            self.edit_hours: 2,
            self.edit_levels: 2,
            self.go_on_with_edits: 3,
            self.correct_pause: 1,
            self.merge: 1,
            self.promise_update: 1,
            self.split: 2,
            self.tell: 2,
            self.end_update: 2,
        }
        self.now += timedelta(seconds=self.random.choice([40, 600, 3600, 5 * 3600, 30 * 3600]))
        (chosen,) = self.random.choices(list(steps), list(steps.values()))
        try:
            chosen()
        except DeskError:
            self.session.rollback()  # there is no such move now
        self.session.commit()
        return chosen.__name__

    def tickets(self) -> list[Ticket]:
        return list(self.session.scalars(select(Ticket).order_by(Ticket.id)))

    def write_new(self) -> None:
        self.threads.append(self._say(thread=""))

    def write_again(self) -> None:
        self._say(thread=self.random.choice(self.threads))

    def write_unseen(self) -> None:
        """X shows it to us later."""
        self.unread.append(self._post(self.random.choice(self.threads)))

    def read_unseen(self) -> None:
        self.random.shuffle(self.unread)
        for _ in range(min(len(self.unread), self.random.choice([1, 2]))):
            self._receive(self.unread.pop())

    def answer(self) -> None:
        """The desk's own reply, which X accepted some seconds before it is noted."""
        ticket, answers = self._ticket(), None
        theirs = self._theirs(ticket)
        if not theirs:
            return
        answers = self.random.choice(theirs[-2:])
        at = self.now - timedelta(seconds=self.random.choice([0, 5]))
        ticket = followed(self.session, ticket)
        self.count += 1
        self.session.add(
            Reply(
                ticket_id=ticket.id,
                conversation_id=ticket.conversation_id,
                agent_id=self.cast.misaki.id,
                answers_id=answers.id,
                body="確認いたします。",
                key=f"key-{self.count}",
                pressed_at=at,
                held_until=at,
                settled_at=self.now,
                parts=[
                    ReplyPart(
                        position=1,
                        text="確認いたします。",
                        state="posted",
                        x_id=snowflake(at, self.count),
                        posted_at=at,
                    )
                ],
            )
        )
        self.session.flush()
        noting.note_answer(
            self.session,
            ticket,
            answers.posted_at,
            lambda: terms_for(self.session, ticket),
            at=at,
            agent_id=self.cast.misaki.id,
        )

    def answer_on_x(self) -> None:
        theirs = self._theirs(self._ticket())
        if theirs:
            self.count += 1
            answered = theirs[-1]
            ours = post(
                "確認します",
                at=self.now,
                thread=answered.thread_x_id,
                answers=answered.x_id,
                number=self.count,
            )
            self._receive(_by_us(ours))

    def note(self) -> None:
        marking.add_note(self.session, self._ticket(), "確認中", by=self.cast.ken, now=self.now)

    def hold(self) -> None:
        until = self.now + timedelta(hours=1)
        handling.hold(self.session, self._ticket(), until=until, by=self.cast.ken, now=self.now)

    def wake(self) -> None:
        waking.wake(self.session, self._ticket(), by=None, now=self.now)

    def resolve(self) -> None:
        handling.resolve(self.session, self._ticket(), by=self.cast.ken, now=self.now)

    def reopen(self) -> None:
        ticket = self._ticket()
        if ticket.merged_into_id is None:
            terms = terms_for(self.session, ticket)
            handling.reopen(self.session, ticket, terms, by=self.cast.ken, now=self.now)

    def take_back(self) -> None:
        theirs = self._theirs(self._ticket())
        if theirs:
            gone = Message.id == self.random.choice(theirs).id
            empty_where(self.session, gone, Notice("deleted", "test", self.now, self.now))

    def prioritise(self) -> None:
        priority = self.random.choice(list(Priority)).value
        placing.set_priority(self.session, self._ticket(), priority, by=self.cast.ryo, now=self.now)

    def move_team(self) -> None:
        team = self.random.choice([None, self.team])
        placing.set_team(self.session, self._ticket(), team, by=self.cast.ryo, now=self.now)

    def edit_hours(self) -> None:
        draft = editing.Draft(
            zone=self.random.choice(ZONES),
            weekly={
                str(day): [self.random.choice(HOURS)]
                for day in range(7)
                if self.random.random() < 0.8
            },
            country=self.random.choice(["", "JP"]),
        )
        calendars = editing.calendars_in_force(self.session)
        name = self.random.choice(calendars).name
        if len(calendars) == 1:
            name = "夜間"
            editing.new_hours(self.session, name, draft, by=self.cast.hikaru, now=self.now)
            editing.set_team_hours(
                self.session, self.team, name, self._carry(), by=self.cast.hikaru, now=self.now
            )
            return
        editing.edit_hours(
            self.session, name, draft, self._carry(), by=self.cast.hikaru, now=self.now
        )

    def edit_levels(self) -> None:
        editing.edit_levels(
            self.session, self._lines(), self._carry(), by=self.cast.hikaru, now=self.now
        )

    def go_on_with_edits(self) -> None:
        for edit_id in editing.unfinished(self.session):
            edit = self.session.get_one(TermsEdit, edit_id)
            while edit.finished_at is None:
                go_on(self.session, edit, self.now)
                self.session.commit()

    def correct_pause(self) -> None:
        start, ticket = self.now - timedelta(hours=self.random.choice([2, 30])), self._ticket()
        pausing.correct(
            self.session,
            ticket.id,
            start=start,
            end=self.now - timedelta(hours=1),
            runs=self.random.random() < 0.5,
            reason="電話で話した",
            by_id=self.cast.ryo.id,
            now=self.now,
        )
        noting.refresh(self.session, ticket)

    def merge(self) -> None:
        ticket, into = self._ticket(), self._ticket()
        terms = terms_for(self.session, into)
        merging.merge(self.session, ticket, into, terms, by=self.cast.ken, now=self.now)

    def split(self) -> None:
        ticket = self._ticket()
        waiting = [message.id for message in splitting.movable(self.session, ticket)]
        chosen = self.random.sample(waiting, self.random.randint(0, len(waiting)))
        splitting.split(self.session, ticket, chosen, by=self.cast.ken, now=self.now)

    def promise_update(self) -> None:
        ticket = self._ticket()
        terms = terms_for(self.session, ticket)
        handling.promise_update(self.session, ticket, terms, by=self.cast.ken, now=self.now)

    def tell(self) -> None:
        """A reply of ours named a moment, just now."""
        ticket = followed(self.session, self._ticket())
        updating.tell(
            self.session,
            ticket,
            terms_for(self.session, ticket),
            until=self.now + timedelta(hours=self.random.choice([1, 20, 60])),
            words="後日",
            said_at=self.now - timedelta(hours=self.random.choice([0, 1])),
            at=self.now,
            by=self.cast.ken,
        )

    def end_update(self) -> None:
        """It was done elsewhere, or was no promise."""
        owed = select(Promise).where(Promise.kind == "update", IS_OPEN)
        for promise in self.session.scalars(owed.order_by(Promise.id).limit(1)):
            end = self.random.choice([updating.give, updating.unsay])
            end(self.session, promise, by=self.cast.ken, now=self.now)

    def _say(self, thread: str) -> str:
        said = self._post(thread)
        self._receive(said)
        return said.thread_x_id

    def _post(self, thread: str):
        self.count += 1
        return post(f"困っています {self.count}", at=self.now, thread=thread, number=self.count)

    def _receive(self, said) -> None:
        receive(self.session, self.cast.account, [said], stream="mentions", now=self.now)
        self.session.flush()

    def _ticket(self) -> Ticket:
        return self.random.choice(self.tickets())

    def _theirs(self, ticket: Ticket) -> list[Message]:
        theirs = select(Message).where(
            Message.ticket_id == ticket.id, Message.by_us.is_(False), Message.emptied_at.is_(None)
        )
        return list(self.session.scalars(theirs.order_by(Message.posted_at)))

    def _carry(self) -> Carry:
        return self.random.choice(list(Carry))

    def _lines(self) -> list[editing.Line]:
        def some() -> timedelta:
            return timedelta(minutes=self.random.choice([30, 60, 240, 480]))

        urgent = Conditions(priorities=frozenset({"urgent", "high"}))
        return [
            editing.Line("至急", urgent, some(), some(), some(), some()),
            editing.Line("標準", Conditions(), some(), some(), some(), some()),
        ]


def _by_us(said):
    return replace(said, author_x_id="7000000001", author=None)
