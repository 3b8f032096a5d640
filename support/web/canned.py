"""The shelf of prepared answers, to read: by folder, by search, one by one."""

from itertools import groupby

from flask import Blueprint, abort, render_template, request

from support.canned.replies import CannedReply
from support.canned.text import fold
from support.desk import the_desk
from support.x.text import weighted_length

pages = Blueprint("canned", __name__)


@pages.get("/canned")
def shelf() -> str:
    """All answers, or those in which every word of `q` occurs."""
    stands = the_desk().shelf
    asked = request.args.get("q", "")[:200]
    found = [reply for reply in stands.replies if says(reply, asked)]
    part = request.headers.get("HX-Request-Type") == "partial"
    return render_template(
        "canned/_list.html" if part else "canned/shelf.html",
        folders=by_folder(found),
        found=len(found),
        asked=asked,
        faults=stands.faults,
    )


@pages.get("/canned/<reply_id>")
def answer(reply_id: str) -> str:
    reply = the_desk().shelf.get(reply_id)
    if reply is None:
        abort(404)
    return render_template(
        "canned/answer.html", reply=reply, weight=weighted_length(reply.answer or "")
    )


def says(reply: CannedReply, asked: str) -> bool:
    """Whether every word of `asked` occurs somewhere in the answer, in any width or case."""
    words = fold(asked).split()
    if not words:
        return not asked.strip()
    text = fold(
        " ".join((reply.title, reply.category, *reply.questions, *reply.tags, reply.answer or ""))
    )
    return all(word in text for word in words)


def by_folder(replies: list[CannedReply]) -> list[tuple[str, list[CannedReply]]]:
    ordered = sorted(replies, key=lambda reply: (reply.category, reply.title, reply.id))
    return [(folder, list(there)) for folder, there in groupby(ordered, lambda r: r.category)]
