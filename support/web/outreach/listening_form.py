"""The form of a saved search: reading it, and what its page shows beside it."""

from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from sqlalchemy import select

from support.db import db, storable
from support.desk import the_desk
from support.lexicon.records import lexicon
from support.outreach import listening, queries, rations
from support.outreach.listening import Wanted
from support.outreach.queries import Fields
from support.outreach.records import Listening
from support.web import reach, typed
from support.web.language import now
from support.web.outreach import listening_asks
from support.x.budgets import Left
from support.x.families import SEARCHING
from support.x.records import Account
from support.x.search_words import LONGEST, Fault, faults

BUILT, BY_HAND = "built", "hand"
LISTS = ("any_of", "trouble", "none_of")
SWITCHES = (
    "products",
    "without_competitors",
    "without_reposts",
    "without_ours",
    "without_links",
)
MOST_TYPED = 2_000


@dataclass(frozen=True)
class Form:
    """What the form says, as it was typed where it cannot be taken."""

    account_id: int
    name: str
    how: str
    """built or hand."""
    fields: Fields
    by_hand: str
    offer_id: int | None = None
    every_minutes: str = "15"
    most_per_day: str = "200"
    query: str = ""
    said: tuple[Fault, ...] = ()
    """What X would refuse of the query."""
    number: int | None = None
    """The listening that is changed."""
    errors: dict[str, str] = field(default_factory=dict)

    def wanted(self) -> Wanted:
        return Wanted(
            account_id=self.account_id,
            name=self.name,
            query=self.query,
            built=self.fields.to_dict() if self.how == BUILT else {},
            offer_id=self.offer_id,
            every_minutes=typed.number(self.every_minutes) or 0,
            most_per_day=typed.number(self.most_per_day) or 0,
        )


def accounts() -> list[Account]:
    """Those whoever asks may see."""
    every = db.session.scalars(select(Account).order_by(Account.id))
    return [it for it in every if reach.may_see(it.id)]


def empty() -> Form:
    """A new search; an address may bring a query along, as research does."""
    brought = storable(request.args.get("query", ""))[:LONGEST]
    chosen = typed.number(request.args.get("account", ""))
    known = [it.id for it in accounts()]
    account_id = chosen if chosen in known else (known[0] if known else 0)
    how = BY_HAND if brought else BUILT
    return with_query(Form(account_id or 0, "", how, Fields(), brought))


def of_row(row: Listening) -> Form:
    """As it is saved. What the desk calls itself may have changed since: the saved query stays."""
    how = BUILT if row.built else BY_HAND
    form = Form(
        account_id=row.account_id,
        name=row.name,
        how=how,
        fields=Fields.from_dict(row.built),
        by_hand=row.query,
        offer_id=row.offer_id,
        every_minutes=str(row.every_minutes),
        most_per_day=str(row.most_per_day),
        number=row.id,
    )
    return with_query(form)


def of_request(number: int | None = None) -> Form:
    """As it was sent."""
    sent = request.form
    built: dict[str, Any] = {
        name: queries.words_in(storable(sent.get(name, ""))[:MOST_TYPED]) for name in LISTS
    }
    built |= {name: name in sent for name in SWITCHES}
    spoken = tuple(it for it in queries.LANGUAGES if it in sent.getlist("languages"))
    if number is None:
        number = typed.number(sent.get("number", ""))
    form = Form(
        account_id=typed.number(sent.get("account_id", "")) or 0,
        name=" ".join(storable(sent.get("name", "")).split())[:200],
        how=BY_HAND if sent.get("how") == BY_HAND else BUILT,
        fields=Fields(**built, languages=spoken),
        by_hand=" ".join(storable(sent.get("query", ""))[:MOST_TYPED].split()),
        offer_id=typed.number(sent.get("offer_id", "")),
        every_minutes=sent.get("every_minutes", "").strip()[:10],
        most_per_day=sent.get("most_per_day", "").strip()[:10],
        number=number,
    )
    return with_query(form)


def with_query(form: Form) -> Form:
    """With the query it makes, and what X would refuse of it."""
    query = form.by_hand
    if form.how == BUILT:
        account = db.session.get(Account, form.account_id)
        words = lexicon(db.session(), form.account_id)
        query = queries.build(form.fields, words, [account.handle] if account else [])
    return replace(form, query=query, said=faults(query))


def beside(form: Form) -> dict[str, Any]:
    """What the page of the form shows around it."""
    session = db.session()
    return {
        "form": form,
        "accounts": accounts(),
        "offers": listening.offers(session),
        "words": lexicon(session, form.account_id),
        "languages": queries.LANGUAGES,
        "longest": LONGEST,
        "price": listening_asks.price(),
        "rests_at": rations.RESTS_AT,
        "is_on": listening.is_on(session),
    }


def left_of(account: Account) -> Left | None:
    """How many searches X still allows the account, as far as it told."""
    told = the_desk().budgets.of(account.id, account.app_id).left(SEARCHING)
    return min((it for it in told if it.reset > now()), key=lambda it: it.remaining, default=None)
