"""アウトリーチ: whom the listenings found, what is offered to them, and how far it got."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import everyone
from support.db import db
from support.desk import the_desk
from support.errors import DeskError, Refused
from support.outreach import contacting, facts, looking, offering, reckoning, switching
from support.outreach.course import SKIP_REASONS, Stage, is_doubtful, may
from support.outreach.course import Deed as Move
from support.outreach.looking import Wanted
from support.outreach.records import Prospect
from support.web import reach, toasts, typed
from support.web.errors import STATUS, sentence_of
from support.web.guard import me, needs
from support.web.language import now, zone
from support.web.outreach import prospects
from support.web.outreach.outreach_words import told

pages = Blueprint("outreach", __name__)

DEEDS = (
    "approve",
    "approve_hand",
    "hand",
    "take_back",
    "give_back",
    "skip",
    "bring_back",
    "never",
    "ticket",
)
MOST_PAGES = 500
WEEK = timedelta(days=7)


@pages.get("/outreach")
@needs(Deed.OFFER_HELP)
def show() -> str:
    if not switching.is_on(db.session()):
        return render_template("outreach/off.html")
    return _page()


@pages.post(f"/outreach/<int:prospect_id>/<any({','.join(DEEDS)}):deed>")
@needs(Deed.OFFER_HELP)
def act(prospect_id: int, deed: str) -> Response | str | tuple[str, int]:
    prospect = contacting.found(db.session(), prospect_id) if prospect_id < 2**31 else None
    if prospect is None:
        abort(404)
    try:
        with reach.beyond():
            said = _do(prospect, deed)
    except DeskError as error:
        db.session.rollback()
        return _again(prospect_id, error)
    if deed in ("hand", "approve_hand"):
        return _to_x(prospect)
    ticket_id = prospect.ticket_id if deed == "ticket" else None
    undo = url_for("outreach.act", prospect_id=prospect_id, deed="bring_back")
    db.session.commit()
    _tell(prospect_id, ticket_id)
    toasts.say(said, undo=undo if deed == "skip" else None)
    if ticket_id is not None:
        return redirect(url_for("tickets.show", ticket_id=ticket_id), 303)
    return redirect(_back(), 303)


def _do(prospect: Prospect, deed: str) -> Any:
    """Changes the row; the words that say so."""
    session, by, at = db.session(), me(), now()
    if deed in ("approve", "approve_hand"):
        _approve(prospect)
        if deed == "approve":
            return gettext("承認しました。Xの画面から投稿すると「送信」になります")
    if deed in ("hand", "approve_hand"):
        contacting.hand_over(session, prospect, by=by, now=at)
        return ""
    if deed == "skip":
        contacting.skip(session, prospect, request.form.get("reason", ""), by=by, now=at)
        return gettext("見送りました")
    if deed == "never":
        why = gettext("アウトリーチの候補から記録")
        contacting.never(session, prospect, why, by=by, now=at)
        return gettext("「今後連絡しない」にしました。どの条件・どのアカウントでも候補に出ません")
    if deed == "ticket":
        contacting.as_ticket(session, prospect, by=by, now=at)
        return gettext("チケットにしました。ここから返信できます")
    move, said = {
        "take_back": (contacting.take_back, gettext("承認を取り消し、候補に戻しました")),
        "give_back": (contacting.give_back, gettext("「まだ送っていない」に戻しました")),
        "bring_back": (contacting.bring_back, gettext("候補に戻しました")),
    }[deed]
    move(session, prospect, by=by, now=at)
    return said


def _approve(prospect: Prospect) -> None:
    contacting.approve(
        db.session(),
        prospect,
        request.form.get("text", ""),
        by=me(),
        now=now(),
        wording_id=_wording(prospect),
        dm_link=prospects.dm_link(prospect),
    )


def _wording(prospect: Prospect) -> int | None:
    """The wording the text began with, if it is one of those this account may use."""
    number = typed.number(request.form.get("wording", ""))
    choice = offering.offers(db.session(), prospect.account_id)
    return number if any(it.id == number for offer in choice for it in offer.wordings) else None


def _to_x(prospect: Prospect) -> Response:
    """Committed first: from now on it counts as contact. A page that leads on at once, because
    browsers hold `form-action` against where a form's answer leads."""
    place, number = prospects.composer_on_x(prospect), prospect.id
    page = render_template("outreach/to_x.html", place=place, account=prospect.account)
    db.session.commit()
    _tell(number, None)
    return Response(
        page, headers={"Refresh": f"0; url={place}"}, content_type="text/html; charset=utf-8"
    )


def _tell(prospect_id: int, ticket_id: int | None) -> None:
    the_desk().news.tell("outreach", prospect_id)
    if ticket_id is not None:
        the_desk().news.tell("ticket", ticket_id)


def _back() -> str:
    """The list the form stood on."""
    kept: dict[str, Any] = {
        name: it for name in ("listening", "page") if (it := request.form.get(name, ""))
    }
    place = "outreach.table" if request.form.get("from") == "table" else "outreach.show"
    return url_for(place, **kept)


def _again(prospect_id: int, error: DeskError) -> tuple[str, int]:
    """The list with the candidate open, what was typed, and why it could not be done."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 409)
    reasons = [it.sentence for it in told(getattr(error, "refusals", ()))]
    wrong = sentence_of(error) if isinstance(error, Refused) else ""
    trouble = [] if wrong else reasons or [sentence_of(error)]
    if not switching.is_on(db.session()):
        return render_template("outreach/off.html"), status
    return _page(
        open_id=prospect_id, text=request.form.get("text"), wrong=wrong, trouble=trouble
    ), status


def _page(
    *,
    open_id: int | None = None,
    text: str | None = None,
    wrong: str = "",
    trouble: list[str] | None = None,
) -> str:
    session, asked = db.session(), request.values
    listening_id = typed.number(asked.get("listening", ""))
    number = min(typed.number(asked.get("page", "")) or 1, MOST_PAGES)
    page = looking.by_score(session, listening_id, skip=(number - 1) * looking.A_PAGE)
    shown = prospects.cards(page.prospects)
    wanted = open_id or typed.number(asked.get("open", ""))
    chosen = next((it for it in shown if it.prospect.id == wanted), None)
    chosen = chosen or next((it for it in shown if not it.refusals), None)
    if chosen is not None:
        prospects.open_it(
            chosen,
            typed.number(asked.get("wording", "")) if text is None else None,
            typed.number(asked.get("offer", "")),
        )
        if text is not None and chosen.prospect.id == open_id and chosen.draft is not None:
            chosen.draft.text, chosen.draft.wrong = text, wrong
    listed = looking.listenings(session)
    place = shown.index(chosen) if chosen is not None else -1
    return render_template(
        "outreach/show.html",
        cards=shown,
        chosen=chosen,
        before=shown[place - 1] if place > 0 else None,
        after=shown[place + 1] if 0 <= place < len(shown) - 1 else None,
        to_post=prospects.cards(looking.to_post(session)),
        listed=listed,
        listening=next((it.listening for it in listed if it.listening.id == listening_id), None),
        waiting=sum(it.waiting for it in listed),
        stages=reckoning.stages(session, now() - WEEK, now()),
        number=number,
        more=page.more,
        trouble=trouble or [],
        wrong_alone=wrong if chosen is None or chosen.prospect.id != open_id else "",
        today=_today(),
        reasons={name: prospects.REASONS[name] for name in SKIP_REASONS},
        composer_on_x=prospects.composer_on_x,
        mine=me(),
    )


def _today() -> dict[str, int]:
    with reach.beyond():
        sent = facts.contacted_today(db.session(), me(), now(), str(zone()))
        policy = switching.policy_in_force(db.session())
    return {"sent": sent, "most": policy.agent_day, "days": policy.cool_down_days}


@pages.get("/outreach/board")
@needs(Deed.OFFER_HELP)
def board() -> str:
    since = week_begins(now())
    columns = looking.board(db.session(), since)
    return render_template(
        "outreach/board.html",
        columns=columns,
        since=since,
        doubtful=_doubtful,
        stages=prospects.STAGES,
    )


def _doubtful(it: Prospect) -> bool:
    return is_doubtful(it.state, it.handed_at, now())


def week_begins(at: datetime) -> datetime:
    """Monday, where the desk stands."""
    there = at.astimezone(zone())
    monday = there - timedelta(days=there.weekday())
    return monday.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


@pages.get("/outreach/table")
@needs(Deed.OFFER_HELP)
def table() -> str:
    asked = request.args
    stage = asked.get("stage", "")
    days = typed.number(asked.get("days", ""), 3650)
    wanted = Wanted(
        stage=Stage(stage) if stage in set(Stage) else None,
        listening_id=typed.number(asked.get("listening", "")),
        agent_id=typed.number(asked.get("agent", "")),
        since=now() - timedelta(days=days) if days else None,
    )
    number = min(typed.number(asked.get("page", "")) or 1, MOST_PAGES)
    found = looking.table(db.session(), wanted, skip=(number - 1) * looking.A_PAGE)
    here = {
        name: asked[name] for name in ("stage", "listening", "agent", "days") if asked.get(name)
    }
    return render_template(
        "outreach/table.html",
        page=found,
        wanted=wanted,
        days=days,
        number=number,
        here=here,
        listed=looking.listenings(db.session()),
        people=everyone(db.session()),
        stages=prospects.STAGES,
        may_move=lambda it, deed: may(it.state, Move(deed)),
        doubtful=_doubtful,
    )
