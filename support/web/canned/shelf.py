"""The shelf of prepared answers, to read: by folder, by search, by what wants a look; and each."""

from collections.abc import Callable
from datetime import date
from itertools import groupby

from flask import Blueprint, abort, render_template, request

from support.canned import lifecycle
from support.canned.replies import CannedReply
from support.db import db
from support.desk import the_desk
from support.errors import N_
from support.matching.text import fold
from support.web.canned.canned_weights import weights
from support.web.language import now, zone

pages = Blueprint("canned", __name__)

FEW = 3
"""Fewer phrasings than this seldom find an answer."""

Filter = Callable[[CannedReply, date], bool]
FILTERS: dict[str, tuple[str, Filter]] = {
    "": (N_("すべて"), lambda reply, day: True),
    "review": (N_("見直し日を過ぎた"), lifecycle.due_for_review),
    "expired": (
        N_("期限切れ"),
        lambda reply, day: lifecycle.why_not(reply, day) == "expired",
    ),
    "few": (N_("言い方が少ない"), lambda reply, day: len(reply.questions) < FEW),
}
CHANNEL_NAMES = {"both": N_("公開返信とDM"), "public": N_("公開返信"), "dm": "DM"}


@pages.get("/canned")
def shelf() -> str:
    """All answers, or those in which every word of `q` occurs and that `show` asks for."""
    stands, today = the_desk().shelf, local_day()
    asked, shown = request.args.get("q", "")[:200], request.args.get("show", "")
    shown = shown if shown in FILTERS else ""
    said = [reply for reply in stands.replies if says(reply, asked)]
    found = [reply for reply in said if FILTERS[shown][1](reply, today)]
    part = request.headers.get("HX-Request-Type") == "partial"
    return render_template(
        "canned/_list.html" if part else "canned/shelf.html",
        folders=by_folder(found),
        found=len(found),
        asked=asked,
        shown=shown,
        chips=[
            (name, words, sum(wanted(reply, today) for reply in said))
            for name, (words, wanted) in FILTERS.items()
        ],
        why_not={reply.id: lifecycle.why_not(reply, today) for reply in found},
        due={reply.id for reply in found if lifecycle.due_for_review(reply, today)},
        few=FEW,
        faults=stands.faults,
    )


@pages.get("/canned/<reply_id>")
def answer(reply_id: str) -> str:
    reply, today = answer_of(reply_id), local_day()
    return render_template(
        "canned/answer.html",
        reply=reply,
        weights=weights(db.session(), reply.texts, reply.channel, today),
        channels=CHANNEL_NAMES,
        why_not=lifecycle.why_not(reply, today),
        due=lifecycle.due_for_review(reply, today),
    )


def answer_of(reply_id: str) -> CannedReply:
    reply = the_desk().shelf.get(reply_id)
    if reply is None:
        abort(404)
    return reply


def local_day() -> date:
    """Days of validity are those of the place the desk stands in."""
    return now().astimezone(zone()).date()


def says(reply: CannedReply, asked: str) -> bool:
    """Whether every word of `asked` occurs somewhere in the answer, in any width or case."""
    words = fold(asked).split()
    if not words:
        return not asked.strip()
    text = fold(
        " ".join((reply.title, reply.category, *reply.questions, *reply.tags, *reply.texts))
    )
    return all(word in text for word in words)


def by_folder(replies: list[CannedReply]) -> list[tuple[str, list[CannedReply]]]:
    ordered = sorted(replies, key=lambda reply: (reply.category, reply.title, reply.id))
    return [(folder, list(there)) for folder, there in groupby(ordered, lambda r: r.category)]
