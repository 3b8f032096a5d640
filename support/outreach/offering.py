"""Offers and their wordings: written, retired, and taken in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from support.agents.records import Agent
from support.canned import blanks
from support.errors import N_, DeskError, Refused
from support.outreach.course import CONTACTED, UNDER_WAY
from support.outreach.offers import (
    MOST_WORDINGS,
    Used,
    check_name,
    check_wording,
    in_turn,
    nearly_same,
)
from support.outreach.records import Offer, OfferWording, Prospect
from support.replies.signature import signature, signed
from support.x import links
from support.x.records import Account


def offers(session: Session, account_id: int | None = None) -> Sequence[Offer]:
    """Those in use, by name; an account's own and everybody's."""
    live = select(Offer).where(Offer.retired_at.is_(None)).options(selectinload(Offer.wordings))
    if account_id is not None:
        live = live.where(or_(Offer.account_id.is_(None), Offer.account_id == account_id))
    return session.scalars(live.order_by(Offer.name, Offer.id)).all()


def make(
    session: Session, name: str, text: str, account: Account | None, *, by: Agent, now: datetime
) -> Offer:
    """An offer with its first wording. Raises Refused."""
    offer = Offer(
        name=check_name(name),
        account_id=account.id if account is not None else None,
        made_by_id=by.id,
        made_at=now,
    )
    offer.wordings.append(OfferWording(text=check_wording(text), made_by_id=by.id, made_at=now))
    session.add(offer)
    session.flush()
    return offer


def rename(session: Session, offer: Offer, name: str) -> None:
    offer.name = check_name(name)
    session.flush()


def retire(session: Session, offer: Offer, now: datetime) -> None:
    """No longer offered; what was said with it stays."""
    offer.retired_at = offer.retired_at or now
    session.flush()


def add_wording(
    session: Session, offer: Offer, text: str, *, by: Agent, now: datetime
) -> OfferWording:
    """Raises Refused: nearly the same words twice would not take turns."""
    text, others = check_wording(text), live(offer)
    if len(others) >= MOST_WORDINGS:
        raise Refused("text", N_("言い回しは10件までです。"))
    if any(nearly_same(it.text, text) for it in others):
        raise Refused("text", N_("ほかの言い回しとほとんど同じです。言い方を変えてください。"))
    wording = OfferWording(text=text, made_by_id=by.id, made_at=now)
    offer.wordings.append(wording)
    session.flush()
    return wording


def retire_wording(session: Session, wording: OfferWording, now: datetime) -> None:
    """Raises DeskError for the last one: an offer says something."""
    if wording.retired_at is None and len(live(wording.offer)) == 1:
        raise DeskError(N_("最後の言い回しは外せません。先に別の言い回しを加えてください。"))
    wording.retired_at = wording.retired_at or now
    session.flush()


def edit_wording(
    session: Session, wording: OfferWording, text: str, *, by: Agent, now: datetime
) -> OfferWording:
    """The old one is retired and another added, so that figures stay those of what was said."""
    if check_wording(text) == wording.text:
        return wording
    wording.retired_at = now
    return add_wording(session, wording.offer, text, by=by, now=now)


def live(offer: Offer) -> list[OfferWording]:
    return [it for it in offer.wordings if it.retired_at is None]


def used(session: Session, account_id: int, offer_ids: Sequence[int]) -> dict[int, list[Used]]:
    """By offer, its live wordings: when the account last offered something in each, how often."""
    ids = {number for number in offer_ids if number}
    said_at = func.max(func.coalesce(Prospect.sent_at, Prospect.handed_at, Prospect.decided_at))
    mine = (
        (Prospect.wording_id == OfferWording.id)
        & (Prospect.account_id == account_id)
        & Prospect.state.in_(UNDER_WAY | CONTACTED)
    )
    rows = session.execute(
        select(
            OfferWording.offer_id,
            OfferWording.id,
            OfferWording.text,
            said_at,
            func.count(Prospect.id),
        )
        .outerjoin(Prospect, mine)
        .where(OfferWording.offer_id.in_(ids), OfferWording.retired_at.is_(None))
        .group_by(OfferWording.offer_id, OfferWording.id, OfferWording.text)
        .order_by(OfferWording.id)
    )
    found: dict[int, list[Used]] = {}
    for offer_id, number, text, at, times in rows:
        found.setdefault(offer_id, []).append(Used(number, text, at, times))
    return found


def next_wording(session: Session, account_id: int, offer_id: int, now: datetime) -> Used | None:
    """Whose turn it is; None where the offer has no words left."""
    return next(iter(in_turn(used(session, account_id, [offer_id]).get(offer_id, []), now)), None)


def filled(text: str, values: Mapping[str, str], ending: str) -> str:
    """A wording as it would stand on X; blanks nobody can fill stay to be seen."""
    return signed(blanks.fill(text, values), ending)


def values_for(prospect: Prospect, agent: Agent, web_url: str) -> dict[str, str]:
    account = prospect.account
    return {
        "customer_name": prospect.name or prospect.username,
        "customer_handle": f"@{prospect.username}",
        "agent_name": agent.family_name,
        "account_name": account.name,
        "dm_link": links.compose_dm(web_url, account.x_id),
    }


def ending_of(account: Account, agent: Agent) -> str:
    """The agent's signature as the account has it."""
    return signature(
        account.signature_form,
        family_name=agent.family_name,
        initials=agent.initials,
        persona=account.persona,
    )
