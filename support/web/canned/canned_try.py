"""この文なら何が出る？ What the desk would suggest for a post, and why it stays silent."""

from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import Blueprint, render_template, request
from sqlalchemy import select

from support.canned import learning, lifecycle
from support.canned.likeness import Matcher, Suggestion
from support.canned.replies import Channel
from support.canned.shelf import Shelf
from support.db import db
from support.desk import the_desk
from support.web.canned.shelf import local_day
from support.web.language import now
from support.web.tickets.segments import Segment, segments
from support.x.records import Account

MOST = 5
BARS = 4
LONGEST = 25_000

pages = Blueprint("canned_try", __name__)


@dataclass(frozen=True)
class Tried:
    """One answer for the post. `offered`: an agent would see it on the ticket."""

    suggestion: Suggestion
    offered: bool
    pieces: list[Segment]
    """The post, with what speaks for the answer marked."""
    why_not: str | None = None
    """What keeps the answer away, for one that fits but may not be offered."""

    @property
    def bars(self) -> int:
        return ceil(self.suggestion.confidence * BARS)


@dataclass(frozen=True)
class Outcome:
    ranked: list[Tried]
    kept_away: list[Tried]

    @property
    def offered(self) -> int:
        return sum(it.offered for it in self.ranked)


@pages.get("/canned/try")
def show() -> str:
    asked = request.args.get("q", "")[:LONGEST]
    channel: Channel = "dm" if request.args.get("channel") == "dm" else "public"
    accounts = list(db.session.scalars(select(Account).order_by(Account.id)))
    account = _account(accounts)
    part = request.headers.get("HX-Request-Type") == "partial"
    return render_template(
        "canned/_tried.html" if part else "canned/try.html",
        asked=asked,
        channel=channel,
        accounts=accounts,
        account=account,
        outcome=_outcome(asked, channel, account) if asked.strip() else None,
    )


def _account(accounts: list[Account]) -> Account | None:
    """The one the address names, else the first; None on a desk without any."""
    wanted = request.args.get("account", type=int)
    named = [account for account in accounts if account.id == wanted]
    return next(iter(named + accounts), None)


def _outcome(post: str, channel: Channel, account: Account | None) -> Outcome:
    """As the agents of the account would see it: with what they taught."""
    shelf, today = the_desk().shelf, local_day()
    if account is None:
        return outcome(shelf.matcher(channel, today), shelf, post, channel, today)
    taught = learning.matcher(db.session(), shelf, account.id, channel, now(), today)
    return outcome(taught, shelf, post, channel, today)


def outcome(matcher: Matcher, shelf: Shelf, post: str, channel: Channel, today: date) -> Outcome:
    """The best answers for the post, and those that would be among them on another day or place."""
    offered = {it.reply.id for it in matcher.suggest(post)}
    ranked = [_tried(post, it, offered=it.reply.id in offered) for it in matcher.rank(post, MOST)]
    away = [
        _tried(post, it, offered=False, why_not=why)
        for it in shelf.matcher("both").suggest(post, MOST)
        if (why := lifecycle.why_not(it.reply, today, channel)) is not None
    ]
    return Outcome(ranked, away)


def _tried(post: str, it: Suggestion, *, offered: bool, why_not: str | None = None) -> Tried:
    return Tried(it, offered, segments(post[:500], it.spans), why_not)
