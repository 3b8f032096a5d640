"""How a prospect is shown: its score, the words that matched, why nothing may be offered now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from support.db import db
from support.desk import the_desk
from support.outreach import contacting, looking, offering
from support.outreach.course import NEVER, SKIP_REASONS, TICKET, Stage, is_doubtful
from support.outreach.offers import Used, in_turn
from support.outreach.optouts import may_mean_no
from support.outreach.records import Offer, Prospect
from support.outreach.scoring import words_of
from support.outreach.trouble import HIGH, MIDDLING, Trouble, Words, judge
from support.web import reach
from support.web.guard import me
from support.web.language import now
from support.web.outreach.outreach_words import Told, told
from support.web.tickets.dossier import Dossier
from support.web.tickets.segments import Segment, merged, segments
from support.x import links
from support.x.text import POST_LIMIT, weighted_length

STAGES: dict[str, Any] = {
    Stage.FOUND: _l("候補"),
    Stage.APPROVED: _l("承認"),
    Stage.SENT: _l("送信済み"),
    Stage.ANSWERED: _l("返信あり"),
    Stage.SOLVED: _l("解決済み"),
    Stage.SKIPPED: _l("見送り"),
}
REASONS: dict[str, Any] = {
    **{name: _l(words) for name, words in SKIP_REASONS.items()},
    NEVER: _l("今後連絡しない"),
    TICKET: _l("チケットで対応"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        outreach_stage=lambda it: looking.stage_of(it).value,
        outreach_stages=STAGES,
        skip_reasons=REASONS,
        page_at=page_at,
        says_no=says_no,
        offers_to=offers_to,
    )


def says_no(dossier: Dossier) -> str:
    """What their words say of wanting more: "kept" where a refusal holds already, "asks" where a
    person should decide, or nothing."""
    offered, customer = dossier.offered, dossier.ticket.conversation.customer
    if offered is None or offered.sent_at is None:
        return ""
    since = [it for it in dossier.messages if not it.by_us and it.posted_at >= offered.sent_at]
    if not any(may_mean_no(it.text) for it in since):
        return ""
    return "kept" if customer.unwanted_at is not None else "asks"


def page_at(path: str) -> str:
    """The path, where this desk has such a page; empty: it has none."""
    adapter = current_app.url_map.bind_to_environ(request.environ)
    try:
        adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    return path


def offers_to(x_id: str) -> Sequence[Prospect]:
    """What was found of a customer, and offered to them."""
    return looking.of_person(db.session(), x_id)


@dataclass
class Card:
    """One prospect as it is drawn."""

    prospect: Prospect
    segments: list[Segment]
    matched: list[str]
    """The words that speak for trouble."""
    why: list[tuple[str, int]]
    """Why it scores as it does, in sentences, each with its points."""
    refusals: Sequence[Told] = ()
    by_api: bool = False
    """X lets the API answer: they mentioned us, or the plan is another one."""
    doubtful: bool = False
    draft: "Draft | None" = None
    on_x: str = ""

    @property
    def level(self) -> str:
        score = self.prospect.score
        return "high" if score >= HIGH else "middle" if score >= MIDDLING else "low"

    @property
    def tone(self) -> str:
        return {"high": "danger", "middle": "warn"}.get(self.level, "")

    @property
    def bars(self) -> int:
        return min(5, self.prospect.score // 20 + 1) if self.prospect.score else 0

    @property
    def hue(self) -> int:
        author = self.prospect.author_x_id
        return int(author) % 8 + 1 if author.isdecimal() else 1


@dataclass
class Draft:
    """The composer of the candidate that is open."""

    text: str
    wording_id: int | None
    offer: Offer | None
    offers: list[Offer]
    turns: list[Used] = field(default_factory=list)
    wrong: str = ""

    @property
    def used(self) -> int:
        return weighted_length(self.text)

    @property
    def left(self) -> int:
        return POST_LIMIT - self.used


def cards(prospects: Any, open_id: int | None = None) -> list[Card]:
    """Each with what matched, and why nothing may be offered to it now."""
    with reach.beyond():  # whoever was written to by another account, was written to
        refused = contacting.refusals(db.session(), prospects, me(), now())
    accounts = {it.account_id: it.account for it in prospects}
    words = {number: words_of(db.session(), it) for number, it in accounts.items()}
    return [_card(it, told(refused.get(it.id, ())), words[it.account_id]) for it in prospects]


def _card(it: Prospect, refused: Sequence[Told], words: Words) -> Card:
    trouble = judge(it.text, words=words, age=it.found_at - it.posted_at, followers=it.followers)
    spans = [span for why in trouble.reasons if why.points > 0 for span in why.spans]
    return Card(
        it,
        segments(it.text, merged(spans)),
        list(dict.fromkeys(it.text[start:end] for start, end in merged(spans))),
        _why(trouble, it.score),
        refused,
        doubtful=is_doubtful(it.state, it.handed_at, now()),
        on_x=links.permalink(web_url(), it.username or "i", it.post_x_id),
    )


def _why(trouble: Trouble, score: int) -> list[tuple[str, int]]:
    """The reasons, the heaviest first. What was learned before it was found is not kept of it: the
    difference is told in one line."""
    ordered = sorted(trouble.reasons, key=lambda it: -abs(it.points))
    said = [(gettext(it.sentence, **it.values), it.points) for it in ordered if it.points]
    if rest := score - trouble.score:
        said.append((gettext("承認・見送りから学んだ分と、見つけたあとの変更"), rest))
    return said


def draft_of(card: Card, asked: int | None, offer_id: int | None) -> Draft:
    """What is offered to it: the wording whose turn it is, unless another was chosen."""
    prospect = card.prospect
    choice = list(offering.offers(db.session(), prospect.account_id))
    wanted = offer_id or prospect.listening.offer_id
    offer = next((it for it in choice if it.id == wanted), choice[0] if choice else None)
    ids = [offer.id] if offer is not None else []
    used = offering.used(db.session(), prospect.account_id, ids)
    turns = in_turn(used.get(offer.id, []), now()) if offer is not None else []
    chosen = next((it for it in turns if it.id == asked), turns[0] if turns else None)
    text = prospect.body or (worded(prospect, chosen.text) if chosen is not None else "")
    if asked is not None and chosen is not None:
        text = worded(prospect, chosen.text)
    return Draft(text, chosen.id if chosen else None, offer, choice, turns)


def worded(prospect: Prospect, text: str) -> str:
    values = offering.values_for(prospect, me(), web_url())
    return offering.filled(text, values, offering.ending_of(prospect.account, me()))


def web_url() -> str:
    return the_desk().settings.x_web_url


def composer_on_x(prospect: Prospect) -> str:
    """X's own composer with what was approved, for a person to send."""
    return links.reply_by_hand(web_url(), prospect.post_x_id, prospect.body)


def dm_link(prospect: Prospect) -> str:
    return links.compose_dm(web_url(), prospect.account.x_id)


def open_it(card: Card, asked: int | None, offer_id: int | None) -> Card:
    """With its composer, where anything may be written."""
    whole = contacting.found(db.session(), card.prospect.id)
    if whole is not None:
        card.by_api = contacting.is_by_api(db.session(), whole)
    card.draft = draft_of(card, asked, offer_id)
    return card
