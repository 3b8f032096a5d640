"""Spikes: the banner, what leads decide about one, and the list of all there were."""

from collections.abc import Callable

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.conversations.records import PUBLIC, Conversation, Message
from support.db import db
from support.desk import the_desk
from support.errors import N_, Refused
from support.incidents import raising, watching
from support.incidents.spike_records import Spike
from support.web import toasts, typed
from support.web.errors import sentence_of
from support.web.guard import i_may, me, needs
from support.web.incidents.spike_words import KINDS, Shown, shown
from support.web.language import now

pages = Blueprint("spikes", __name__)

A_PAGE = 20
DISMISSED_OFTEN = N_(
    "誤検知として閉じました。このことばは2回以上の誤検知なので、これから知らせにくくします"
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(spikes_to_decide=to_decide)


def to_decide() -> list[Shown]:
    """What leads see on the queue and beside incidents; nothing for anybody else."""
    if not i_may(Deed.RUN_INCIDENTS):
        return []
    return [shown(it) for it in watching.open_spikes(db.session(), now())]


@pages.get("/incidents/spikes")
@needs(Deed.RUN_INCIDENTS)
def show() -> str:
    before = typed.number(request.args.get("before", ""))
    found = watching.past(db.session(), A_PAGE + 1, before)
    return render_template(
        "incidents/spikes.html",
        spikes=[shown(it) for it in found[:A_PAGE]],
        older=found[A_PAGE - 1].id if len(found) > A_PAGE else None,
        kinds=KINDS,
    )


@pages.get("/incidents/spikes/banner")
@needs(Deed.RUN_INCIDENTS)
def banner() -> str | Response:
    """The part of a page; who opens its address alone is led to the list."""
    if "HX-Request" not in request.headers:
        return redirect(url_for("spikes.show"), 303)
    return render_template("incidents/_spikes.html")


@pages.get("/incidents/spikes/<int:spike_id>")
@needs(Deed.RUN_INCIDENTS)
def one(spike_id: int) -> str:
    spike = _spike(spike_id)
    return render_template(
        "incidents/spike.html",
        it=shown(spike),
        examples=_examples(spike),
        keys=raising.keys_of(spike),
        kinds=KINDS,
    )


@pages.post("/incidents/spikes/<int:spike_id>/snooze")
@needs(Deed.RUN_INCIDENTS)
def snooze(spike_id: int) -> Response:
    def deed(spike: Spike) -> str:
        watching.snooze(db.session(), spike, by=me(), now=now())
        return str(gettext("15分だけ様子を見ます。続いていれば、もう一度お知らせします"))

    return _decide(spike_id, deed)


@pages.post("/incidents/spikes/<int:spike_id>/dismissal")
@needs(Deed.RUN_INCIDENTS)
def dismiss(spike_id: int) -> Response:
    def deed(spike: Spike) -> str:
        often = watching.dismiss(db.session(), spike, by=me(), now=now())
        if often:
            return str(gettext(DISMISSED_OFTEN))
        return str(gettext("誤検知として閉じました。大きく増えたときは、もう一度お知らせします"))

    return _decide(spike_id, deed)


def _decide(spike_id: int, deed: Callable[[Spike], str]) -> Response:
    spike = _spike(spike_id)
    try:
        said = deed(spike)
    except Refused as refusal:
        db.session.rollback()
        toasts.say(sentence_of(refusal), tone="danger")
        return redirect(url_for("spikes.one", spike_id=spike_id), 303)
    db.session.commit()
    the_desk().news.tell("spike", spike_id)
    toasts.say(said)
    return redirect(url_for("spikes.one", spike_id=spike_id), 303)


def _examples(spike: Spike) -> list[Message]:
    """Those of its posts that X still shows, as far as whoever asks may read them."""
    theirs = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.id.in_(spike.examples), Message.channel == PUBLIC, Message.emptied_at.is_(None)
        )
        .options(joinedload(Message.conversation).joinedload(Conversation.customer))
        .order_by(Message.posted_at.desc())
    )
    return list(db.session.scalars(theirs))


def _spike(spike_id: int) -> Spike:
    found = db.session.get(Spike, spike_id) if spike_id < 2**31 else None
    if found is None:
        abort(404)
    return found
