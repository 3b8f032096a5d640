"""この文なら何が出る？ What the desk would suggest for a post, and why it stays silent."""

from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import Blueprint, render_template, request

from support.canned import lifecycle
from support.canned.likeness import Suggestion
from support.canned.replies import Channel
from support.canned.shelf import Shelf
from support.desk import the_desk
from support.web.canned import local_day
from support.web.segments import Segment, segments

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
    part = request.headers.get("HX-Request-Type") == "partial"
    return render_template(
        "canned/_tried.html" if part else "canned/try.html",
        asked=asked,
        channel=channel,
        outcome=outcome(the_desk().shelf, asked, channel, local_day()) if asked.strip() else None,
    )


def outcome(shelf: Shelf, post: str, channel: Channel, today: date) -> Outcome:
    """The best answers for the post, and those that would be among them on another day or place."""
    matcher = shelf.matcher(channel, today)
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
