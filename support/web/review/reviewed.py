"""もらった見守り: what leads said to one's own replies, and what one answers."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from support.alerts import telling
from support.conversations.records import Conversation
from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.replies.records import Reply
from support.review import reviewing
from support.review.records import Review, ReviewAnswer
from support.web import toasts
from support.web.errors import sentence_of
from support.web.guard import me
from support.web.language import now
from support.web.review.looking import VERDICTS

pages = Blueprint("reviewed", __name__)

A_PAGE = 20


@dataclass(frozen=True)
class Wrong:
    """An answer that could not be taken, to be written on."""

    review_id: int
    text: str
    sentence: str


@pages.get("/review/mine")
def show() -> str:
    return _page()


@pages.post("/review/words/<int:review_id>/answers")
def answer(review_id: int) -> Response | tuple[str, int]:
    review, text = _review(review_id), request.form.get("text", "")
    try:
        reviewing.answer(db.session(), review, text, now(), by=me())
    except Refused as refusal:
        db.session.rollback()
        return _page(Wrong(review_id, text, sentence_of(refusal)), up_to=review_id), 422
    to = reviewing.other_side(review, me())
    told = telling.tell(db.session(), review, to, now())
    _see(review_id)
    if told and to is not None:
        the_desk().news.tell("alert", to)
    toasts.say(gettext("返事を送りました"))
    return _back_to(review)


@pages.post("/review/words/<int:review_id>/seen")
def see(review_id: int) -> Response:
    """On to what was said; it was seen."""
    review = _review(review_id)
    _see(review_id)
    return _back_to(review)


def _see(review_id: int) -> None:
    agent_id = me().id
    seen = telling.see(db.session(), agent_id, now(), review_id=review_id)
    db.session.commit()
    if seen:
        the_desk().news.tell("seen", agent_id)


def _review(review_id: int) -> Review:
    """One between whoever asks and somebody else; nobody learns that there are others."""
    review = db.session.get(Review, review_id) if review_id < 2**31 else None
    if review is None or not reviewing.takes_part(review, me()):
        abort(404)
    return review


def _back_to(review: Review) -> Response:
    """The agent to their own page, the lead to the reply."""
    here = f"review-{review.id}"
    if review.agent_id == me().id:
        place = url_for("reviewed.show", up_to=review.id, _anchor=here)
    else:
        place = url_for("review.look_at", reply_id=review.reply_id, seen="all", _anchor=here)
    return redirect(place, 303)


def _page(wrong: Wrong | None = None, up_to: int | None = None) -> str:
    asked = up_to or request.args.get("up_to", type=int)
    found = _mine(asked if asked and 0 < asked < 2**31 else None)
    shown = found[:A_PAGE]
    return render_template(
        "review/mine.html",
        reviews=shown,
        older=found[A_PAGE].id if len(found) > A_PAGE else None,
        newest=asked,
        unseen=telling.unseen_among(db.session(), me().id, [it.id for it in shown]),
        verdicts=VERDICTS,
        wrong=wrong,
        longest=reviewing.LONGEST,
    )


def _mine(up_to: int | None) -> list[Review]:
    """What was said to one's own replies, the newest first; nobody else's, whatever is asked."""
    theirs: Any = select(Review).where(Review.agent_id == me().id, Review.verdict != "")
    if up_to is not None:
        theirs = theirs.where(Review.id <= up_to)
    theirs = theirs.options(
        joinedload(Review.lead),
        joinedload(Review.reply).joinedload(Reply.answers),
        joinedload(Review.reply).joinedload(Reply.conversation).joinedload(Conversation.customer),
        joinedload(Review.reply).selectinload(Reply.parts),
        selectinload(Review.answers).joinedload(ReviewAnswer.agent),
    )
    return list(db.session.scalars(theirs.order_by(Review.id.desc()).limit(A_PAGE + 1)))
