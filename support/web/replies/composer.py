"""Writing an answer: the suggestions, the draft as X will show it, what must be put right first."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from math import ceil
from typing import Any

from support.agents.records import Agent
from support.canned import blanks, learning
from support.canned.likeness import Suggestion
from support.canned.replies import CannedReply, Channel
from support.canned.shelf import Shelf
from support.conversations.records import Message
from support.db import db
from support.drafts.records import KeptDraft
from support.errors import Refused
from support.replies.handing import verdict_on
from support.replies.pressing import parts_of, words_of
from support.replies.records import ReplyImage
from support.sla.hours import BusinessHours
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.tickets.mentions import Colleague
from support.tickets.records import Ticket
from support.web import words
from support.web.approvals.beforehand import why_it_will_wait
from support.web.language import now, zone
from support.web.replies import guarded, kept
from support.web.replies.guarded import Line
from support.web.replies.promised import Proposal, proposal
from support.web.replies.schedule import NOW, Asked, Schedule, schedule
from support.web.tickets.dossier import Dossier
from support.web.tickets.note_words import people
from support.web.tickets.segments import Span, merged, phrase
from support.x import links
from support.x.eligibility import Verdict
from support.x.text import DM_LIMIT, POST_LIMIT, weighted_length

INVITATION = "詳しい状況をうかがうため、DMでご連絡いただけますか。{dm_link}"
"""What asks a customer in public to go on in private; customers read it, so it is Japanese."""
BARS = 4
MOST_PIECES = 8
NEAR = 40
"""Weighted characters left at which the counter turns to a warning."""


@dataclass(frozen=True)
class Offer:
    """A prepared answer with its blanks filled, as far as they are known."""

    reply: CannedReply
    text: str
    place: int | None = None
    confidence: float = 0.0
    span: Span | None = None
    """Where the post says what this answers."""
    why: str = ""
    """What the post says there."""
    matched: str = ""
    """The answer's phrasing nearest to the post."""
    pieces: tuple[str, ...] = ()
    """What post and phrasing share, piece by piece."""
    weight: int = 0
    """Of its longest post as X counts, the signature included; in a DM, characters."""
    posts: int = 0
    """How many it makes; 0 where it cannot be sent as it stands."""
    micros: int = 0
    """What X asks for it, in millionths of a dollar."""
    sent_at: datetime | None = None
    """When the account last sent the same words, within the time X remembers them."""
    picked: int = 0
    """How many of the account's decisions the matcher was taught chose it."""
    decided: int = 0
    """How many decisions its confidence was checked with; 0: too few, it is as shipped."""

    @property
    def bars(self) -> int:
        return ceil(self.confidence * BARS)


@dataclass(frozen=True)
class Part:
    """One post as it will stand on X: the words, then the signature."""

    text: str
    signature: str
    weight: int


@dataclass(frozen=True)
class Preview:
    """What a draft becomes. `left` is room in the last part: weighted, or characters in a DM."""

    private: bool
    parts: list[Part]
    left: int
    unfilled: list[str]
    fault: Refused | None = None

    @property
    def limit(self) -> int:
        return DM_LIMIT if self.private else POST_LIMIT

    @property
    def used(self) -> int:
        return self.limit - self.left

    @property
    def state(self) -> str:
        if self.fault is not None:
            return "over"
        return "near" if self.left < NEAR else ""


@dataclass
class Composer:
    """The state of both forms, for the page and for every answer that draws them again."""

    ticket: Ticket
    answers: Message | None
    signature: str
    last_reply_id: int | None
    verdict: Verdict
    """Whether and how X lets us answer what is answered: known before anything is typed."""
    schedule: Schedule
    waits_for: str = ""
    """Why it would wait for approval, in words."""
    proposal: Proposal | None = None
    """What the draft promises in words."""
    mode: str = "reply"
    text: str = ""
    note: str = ""
    people: list[Colleague] = field(default_factory=list)
    """Whom a note can name."""
    answer_id: str = ""
    shown: list[str] | None = None
    """Ids of the answers suggested beside the form; None: those that stand on the page now."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    kept: list[ReplyImage] = field(default_factory=list)
    """Pictures of a reply that was taken back."""
    found: list[Line] = field(default_factory=list)
    """What the guard says to the draft."""
    guard_reason: str = ""
    error: str = ""
    reason_error: str = ""
    """What is wrong with the reason given for sending in spite of the guard."""
    note_error: str = ""
    drafts: dict[str, KeptDraft] = field(default_factory=dict)
    """What the agent wrote here before and is in the forms, by form."""
    sent: dict[str, datetime] = field(default_factory=dict)
    """When the agent last sent from each form."""
    first: Any = None
    """The reply of a colleague who was first."""

    @property
    def private(self) -> bool:
        return self.ticket.conversation.is_private

    @property
    def preview(self) -> Preview:
        return preview(self.text, self.signature, private=self.private)


def composer(
    dossier: Dossier, agent: Agent, *, asked: Asked = NOW, time_error: str = "", **state: Any
) -> Composer:
    """An empty composer that answers the customer's newest message; `state` fills it."""
    values: dict[str, Any] = {
        "answers": dossier.latest,
        "last_reply_id": dossier.last_reply_id,
        **state,
    }
    account = dossier.ticket.conversation.account
    hours = hours_of(db.session.get_one(Calendar, account.calendar_id))
    in_alts = values.pop("in_alts", [])
    return Composer(
        found=guarded.seen_in(dossier.ticket, agent, values.get("text", "")) + in_alts,
        ticket=dossier.ticket,
        signature=words_of(account, agent),
        verdict=verdict_on(db.session(), values["answers"]),
        schedule=schedule(hours, now(), zone(), asked, time_error),
        people=people(dossier.agents),
        waits_for=why_it_will_wait(dossier.ticket, agent, values.get("text", "")),
        proposal=proposal(dossier.ticket, values.get("text", "")),
        sent=kept.sent(dossier, agent),
        **values,
    )


def preview(body: str, signature: str, *, private: bool) -> Preview:
    """Never raises: what keeps a draft from being sent stands in `fault`."""
    limit = DM_LIMIT if private else POST_LIMIT
    if not body.strip():
        return Preview(private, [], limit, [])
    unfilled = blanks.unfilled(body)
    try:
        texts = parts_of(body, signature, private=private)
    except Refused as fault:
        return Preview(private, [], 0, unfilled, fault)
    parts = [_part(text, signature, private) for text in texts]
    return Preview(private, parts, limit - parts[-1].weight, unfilled)


def _part(text: str, signature: str, private: bool) -> Part:
    weight = len(text) if private else weighted_length(text)
    return Part(text.removesuffix(signature).rstrip(), signature, weight)


def suggestions(
    shelf: Shelf, ticket: Ticket, latest: Message | None, values: Mapping[str, str], today: date
) -> list[Offer]:
    """Up to three prepared answers to the customer's newest message, the likeliest first, with
    what this account's agents taught."""
    if latest is None:
        return []
    account_id, channel = ticket.conversation.account_id, channel_of(ticket)
    matcher = learning.matcher(db.session(), shelf, account_id, channel, now(), today)
    found = matcher.suggest(latest.text)
    decided = matcher.calibration.decisions
    offers = [
        _offer(latest.text, it, blanks.fill(it.reply.answer or "", values), place)
        for place, it in enumerate(found, start=1)
    ]
    return [replace(offer, decided=decided) for offer in offers]


def texts_of(reply: CannedReply, values: Mapping[str, str]) -> list[str]:
    """What the answer says here, and what each of its variants does."""
    return [blanks.fill(text, values) for text in reply.texts]


def _offer(post: str, it: Suggestion, text: str, place: int) -> Offer:
    span = phrase(post, it.spans)
    why = post[span[0] : span[1]] if span else ""
    pieces = tuple(dict.fromkeys(post[start:end].strip() for start, end in it.spans))
    offer = Offer(it.reply, text, place, it.confidence, span, why, it.matched, pieces[:MOST_PIECES])
    return replace(offer, picked=it.picked)


def marks(offers: Iterable[Offer]) -> list[Span]:
    """Where the newest message says what the suggestions answer."""
    return merged(offer.span for offer in offers if offer.span)


def channel_of(ticket: Ticket) -> Channel:
    return "dm" if ticket.conversation.is_private else "public"


def blank_values(
    ticket: Ticket,
    agent: Agent,
    calendar: Calendar,
    hours: BusinessHours,
    now: datetime,
    zone: tzinfo,
    x_web_url: str,
) -> dict[str, str]:
    """What fills the blanks of a prepared answer here; answers are Japanese, so are the words."""
    customer, account = ticket.conversation.customer, ticket.conversation.account
    opens = hours.next_opening(now)
    return {
        "customer_name": customer.name,
        "customer_handle": f"@{customer.username}",
        "agent_name": agent.family_name,
        "account_name": account.name,
        "opening_hours": opening_hours(calendar.weekly),
        "next_opening": words.opening(opens, now, zone, "ja") if opens else "",
        "dm_link": links.compose_dm(x_web_url, account.x_id),
    }


_DAYS = "月火水木金土日"


def opening_hours(weekly: Mapping[str, Any]) -> str:
    """月–金 9:45–18:00、土 10:00–12:00: days that follow each other with the same hours as one."""
    runs: list[tuple[int, int, str]] = []
    for day in range(7):
        spans = "・".join(f"{_clock(a)}–{_clock(b)}" for a, b in weekly.get(str(day), []))
        if runs and runs[-1][2] == spans and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day, spans)
        elif spans:
            runs.append((day, day, spans))
    return "、".join(f"{_days(first, last)} {spans}" for first, last, spans in runs)


def _clock(written: str) -> str:
    return written.removeprefix("0") if len(written) == 5 else written


def _days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "毎日"
    return _DAYS[first] if first == last else f"{_DAYS[first]}–{_DAYS[last]}"
