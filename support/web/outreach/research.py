"""調査する: where, when, by whom and about what something is talked of, before any search is saved.

X is asked only when somebody presses the button, after what it may cost has been shown; what it
showed is on the answer's page and nowhere else.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from support.agents.access import Deed
from support.db import db, storable
from support.errors import Refused
from support.outreach import places, voices
from support.outreach.queries import words_in
from support.reports.heat import Heat
from support.search.phrases import phrases
from support.web import typed
from support.web.errors import sentence_of
from support.web.guard import needs
from support.web.language import zone
from support.web.outreach import listening_asks, listening_form
from support.web.replies.reply_parts import permalink
from support.web.reports import report_words
from support.x.posts import Post
from support.x.records import Account
from support.x.search_words import LONGEST, faults
from support.x.volumes import Volume

SIZES = (50, 100, 200)
SAMPLES = 10

pages = Blueprint("research", __name__)


@dataclass(frozen=True)
class Found:
    """What one look gave."""

    heat: Heat
    counted: int
    looked_at: int
    people: int
    reach: int
    places: list[tuple[str, int]]
    bands: list[voices.Band]
    loudest: list[voices.Voice]
    topics: list[tuple[str, int]]
    samples: list[Post]


@pages.get("/outreach/research")
@needs(Deed.RUN_OUTREACH)
def show() -> str:
    query = storable(request.args.get("query", ""))[:LONGEST]
    return _page(query, typed.number(request.args.get("account", "")), SIZES[1])


@pages.post("/outreach/research")
@needs(Deed.RUN_OUTREACH)
def ask() -> str | tuple[str, int]:
    query = " ".join(storable(request.form.get("query", ""))[:2_000].split())
    number = typed.number(request.form.get("account_id", ""))
    size = typed.number(request.form.get("size", ""), most=SIZES[-1])
    size = size if size in SIZES else SIZES[1]
    account = next((it for it in listening_form.accounts() if it.id == number), None)
    if account is None:
        abort(404)
    said = [str(gettext(it.sentence, **it.values)) for it in faults(query)]
    if said:
        return _page(query, number, size, errors=said), 422
    try:
        found = _look(account, query, size)
    except Refused as refusal:
        return _page(query, number, size, errors=[sentence_of(refusal)]), 422
    return _page(query, number, size, found=found)


def _look(account: Account, query: str, size: int) -> Found:
    listening_asks.need_leave(account, size)
    hours = listening_asks.counted(account, query)
    return _read(hours, listening_asks.searched(account, query, size), query)


def _read(hours: tuple[Volume, ...], posts: list[Post], query: str) -> Found:
    posts = [it for it in posts if not it.reposted_x_id]
    wanted = words_in(query.replace(" ", ",").replace("(", ",").replace(")", ","))
    by_author = voices.authors(posts)
    return Found(
        heat=Heat(voices.by_hour(hours, zone()), (), 0),
        counted=sum(it.posts for it in hours),
        looked_at=len(posts),
        people=len(by_author),
        reach=voices.reach(posts),
        places=places.where(it.text for it in posts)[:10],
        bands=voices.bands(posts),
        loudest=voices.loudest(posts),
        topics=voices.topics(posts, phrases, [it.strip('"') for it in wanted]),
        samples=[its[0] for its in by_author.values()][:SAMPLES],
    )


def _page(query: str, account_id: int | None, size: int, **values: Any) -> str:
    db.session()
    price = listening_asks.price()
    return render_template(
        "outreach/research.html",
        query=query,
        account_id=account_id,
        accounts=listening_form.accounts(),
        size=size,
        sizes=[(it, (it + 1) * price) for it in SIZES],
        longest=LONGEST,
        words=report_words,
        permalink=permalink,
        **{"found": None, "errors": [], **values},
    )
