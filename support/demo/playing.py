"""Plays the story into the desk: posts onto the sandbox X, then each event through the rooms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Customer, Message
from support.demo import customs, outreach
from support.demo.incident import break_down, look_back
from support.demo.loading import HANDLE, Cast
from support.demo.looking_after import look_after
from support.demo.on_x import Said, put_on_x
from support.demo.spiking import let_spike
from support.demo.story import Story, StoryClock, read_story
from support.inbox.receiving import receive
from support.replies import pressing, sending
from support.replies.paying import charge_part
from support.replies.pressing import Draft
from support.replies.records import Reply, ReplyPart
from support.replies.retries import Next
from support.replies.states import PartState
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.tickets import handling, knowing, marking
from support.tickets.records import Ticket, TicketTag
from support.x.client import XClient, every_page
from support.x.posts import Post
from support.x.pricing import X_PRICES

Row = dict[str, Any]
SEEN_AFTER = timedelta(seconds=20)
"""How long after a post was written the desk of the story has read it."""
SENT_AFTER = timedelta(seconds=12)
"""Between pressing send and X's acceptance in the story."""
MENTIONS, DMS = "mentions", "dms"


@dataclass
class Thread:
    """One conversation of the story while it is played."""

    row: Row
    ticket: Ticket | None = None
    taken_up: bool = False
    """Whether a colleague has done something in it."""

    @property
    def private(self) -> bool:
        return bool(self.row["channel"] == "dm")


@dataclass(frozen=True)
class Happening:
    """One event of the story at its instant."""

    at: datetime
    order: int
    thread: Thread
    event: Row

    @property
    def ref(self) -> str:
        return f"{self.thread.row['key']}/{self.order}"


class Stage:
    """What the events of the story act on."""

    def __init__(self, session: Session, cast: Cast, client: XClient, now: datetime) -> None:
        self.session, self.cast, self.client, self.now = session, cast, client, now
        calendar = session.get_one(Calendar, cast.account.calendar_id)
        self.clock = StoryClock(hours_of(calendar), now)
        self.ids: dict[str, str] = {}
        self.posts: dict[str, Post] = {}

    def play(self, base_url: str) -> int:
        """The whole story; returns how many conversations it has. The caller commits."""
        story = read_story()
        happenings = in_order(story, self.clock)
        people = [_person(row) for row in story.customers]
        said = list(self._said(happenings))
        self.ids = put_on_x(base_url, people, said, run=self.now.isoformat())
        self.posts = self._read_back()
        for happening in happenings:
            self._play(happening)
        self._finish(story, {h.thread.row["key"]: h.thread for h in happenings}, base_url)
        outreach.settle(self.session, self.cast, self.client, base_url, self.now)
        return len(story.conversations)

    def _said(self, happenings: list[Happening]) -> list[Said]:
        """Everything that stands on X in the story, ours included, and what answers what."""
        said: list[Said] = []
        newest: dict[str, str] = {}
        for happening in happenings:
            key = happening.thread.row["key"]
            for one in self._posts_of(happening, newest.get(key)):
                said.append(one)
                newest[key] = one.ref
        return said

    def _posts_of(self, happening: Happening, before: str | None) -> list[Said]:
        event, thread = happening.event, happening.thread
        customer = self.cast.customers[thread.row["customer"]]
        if event["kind"] == "says":
            owed = event["who"] == "customer"
            author = customer if owed else self.cast.customers[event["who"]]
            return [
                Said(
                    happening.ref,
                    thread.private,
                    author["username"],
                    event["text"],
                    happening.at,
                    None if thread.private else before,
                    HANDLE if thread.private else None,
                    names_us=owed and not thread.private,
                )
            ]
        if event["kind"] != "replies" or event.get("outcome", "posted") != "posted":
            return []
        agent = self.cast.team[event["who"]]
        words = pressing.words_of(self.cast.account, agent)
        texts = pressing.parts_of(event["text"], words, private=thread.private)
        refs = [before, *(f"{happening.ref}/{place}" for place in range(1, len(texts) + 1))]
        return [
            Said(
                str(refs[place]),
                thread.private,
                HANDLE,
                text,
                happening.at + timedelta(seconds=place - 1),
                None if thread.private else refs[place - 1],
                customer["username"] if thread.private else None,
            )
            for place, text in enumerate(texts, start=1)
        ]

    def _read_back(self) -> dict[str, Post]:
        """The customers' posts as X shows them to us, through the desk's own client."""
        pages = [
            *every_page(self.client.mentions(), lambda page: self.client.mentions(page=page)),
            *every_page(self.client.dms(), lambda page: self.client.dms(page=page)),
        ]
        return {post.x_id: post for page in pages for post in page.posts}

    def _play(self, happening: Happening) -> None:
        kind, thread = happening.event["kind"], happening.thread
        if kind == "says":
            if happening.event["who"] == "customer":
                self._says(happening)
            return
        ticket = thread.ticket
        assert ticket is not None, f"{happening.ref} comes before the customer's first post"
        by = self.cast.team[happening.event["who"]]
        self._take_up(thread, ticket, by)
        act = {
            "replies": self._replies,
            "note": self._notes,
            "assign": self._assigns,
            "tag": self._tags,
            "snooze": self._snoozes,
            "resolve": self._resolves,
        }[kind]
        act(happening, ticket, by)

    def _says(self, happening: Happening) -> None:
        thread, post = happening.thread, self.posts[self.ids[happening.ref]]
        stream = DMS if thread.private else MENTIONS
        seen = min(post.posted_at + SEEN_AFTER, self.now)
        taken = receive(self.session, self.cast.account, [post], stream=stream, now=seen)
        (ticket_id,) = taken.tickets
        if thread.ticket is None:
            thread.ticket = self.session.get_one(Ticket, ticket_id)
            self._dress(thread.ticket, thread.row)

    def _dress(self, ticket: Ticket, row: Row) -> None:
        """The title and the tags that were there from the start."""
        ticket.subject = row["subject"]
        later = {t for event in row["events"] if event["kind"] == "tag" for t in event["add"]}
        ticket.tags = [TicketTag(name=name) for name in row["tags"] if name not in later]

    def _take_up(self, thread: Thread, ticket: Ticket, by: Agent) -> None:
        if thread.taken_up:
            return
        thread.taken_up = True
        changes_hands = any(event["kind"] == "assign" for event in thread.row["events"])
        holder = thread.row.get("assignee")
        if holder:
            ticket.assignee = by if changes_hands else self.cast.team[holder]

    def _replies(self, happening: Happening, ticket: Ticket, by: Agent) -> None:
        self.session.flush()
        newest = select(Reply.id).where(Reply.ticket_id == ticket.id).order_by(Reply.id.desc())
        answers = self.session.scalars(
            select(Message)
            .where(Message.ticket_id == ticket.id, Message.by_us.is_(False))
            .order_by(Message.posted_at.desc())
        ).first()
        assert answers is not None
        draft = Draft(
            happening.event["text"], f"story:{happening.ref}", self.session.scalar(newest.limit(1))
        )
        pressed = max(happening.at - SENT_AFTER, answers.posted_at)
        reply = pressing.press(self.session, ticket, answers, by, draft, pressed)
        self._outcome(happening, reply)

    def _outcome(self, happening: Happening, reply: Reply) -> None:
        outcome = happening.event.get("outcome", "posted")
        for part in reply.parts:
            part.state, part.attempted_at = PartState.POSTING.value, happening.at
            self.session.flush()
            if outcome == "rejected":
                follows = Next(PartState.REJECTED, None, happening.event["reason"], "refused")
                self._next(part, follows, happening.at)
            elif outcome == "unknown":
                # Asked of X just now: the desk finds it before it would have to call it late.
                part.attempted_at = self.now
                follows = Next(PartState.UNKNOWN, self.now, "", "no_answer")
                self._next(part, follows, happening.at)
            else:
                x_id = self.ids[f"{happening.ref}/{part.position}"]
                at = happening.at + timedelta(seconds=part.position - 1)
                sending.note_posted(self.session, part.id, x_id=x_id, at=at, now=at)
                charge_part(self.session, part.id, at, X_PRICES)
        self.session.flush()
        sending.settle(self.session, reply.id, happening.at)
        self.session.refresh(reply)

    def _next(self, part: ReplyPart, follows: Next, at: datetime) -> None:
        sending.note_next(self.session, part.id, follows, at, was=PartState.POSTING)

    def _notes(self, happening: Happening, ticket: Ticket, by: Agent) -> None:
        marking.add_note(self.session, ticket, happening.event["text"], by=by, now=happening.at)

    def _assigns(self, happening: Happening, ticket: Ticket, by: Agent) -> None:
        to = self.cast.team[happening.event["to"]]
        handling.assign(self.session, ticket, to, by=by, now=happening.at)

    def _tags(self, happening: Happening, ticket: Ticket, by: Agent) -> None:
        for name in happening.event["add"]:
            marking.tag(self.session, ticket, name, by=by, now=happening.at)

    def _snoozes(self, happening: Happening, ticket: Ticket, by: Agent) -> None:
        until = self.clock.at(happening.event["until"])
        handling.hold(self.session, ticket, until=until, by=by, now=happening.at)
        marking.add_note(self.session, ticket, happening.event["reason"], by=by, now=happening.at)

    def _resolves(self, happening: Happening, ticket: Ticket, by: Agent) -> None:
        handling.resolve(self.session, ticket, by=by, now=happening.at)

    def _finish(self, story: Story, threads: dict[str, Thread], base_url: str) -> None:
        """Who holds what nobody has touched, and what colleagues noted about customers."""
        for thread in threads.values():
            holder = thread.row.get("assignee")
            if thread.ticket is not None:
                thread.ticket.assignee = self.cast.team[holder] if holder else None
        for row in story.customers:
            known = select(Customer).where(Customer.username == row["username"])
            customer = self.session.scalar(known)
            if customer is not None and "note" in row:
                who = self.cast.team[row["note"]["by"]].family_name
                memo = f"{row['note']['text']}（{who}）"
                knowing.note_memo(self.session, customer, memo)
        tickets = {key: it.ticket.id for key, it in threads.items() if it.ticket is not None}
        look_after(self.session, story.reviews, self.cast.team, tickets, self.now)
        customs.settle(self.session, self.cast.team, self.now)
        let_spike(self.session, self.cast.account, self.cast.team["takahashi"], self.now)
        asked = threads["internet-down-english"].ticket
        assert asked is not None
        customs.ask_a_lead(self.session, asked, self.cast.team, self.now)
        team, account = self.cast.team, self.cast.account
        waited = tickets["reopened-once"]
        look_back(self.session, account, team, waited, self.clock.at, base_url)
        break_down(self.session, account, team, self.now)


def in_order(story: Story, clock: StoryClock) -> list[Happening]:
    found = [
        Happening(clock.at(event["at"]), order, thread, event)
        for thread in map(Thread, story.conversations)
        for order, event in enumerate(thread.row["events"])
    ]
    return sorted(found, key=lambda happening: (happening.at, happening.order))


def _person(row: Row) -> Row:
    return {
        "username": row["username"],
        "name": row["name"],
        "followers": row["followers"],
        "description": row["bio"],
        "created_at": f"{row['joined']}-12-01T00:00:00Z",
    }
