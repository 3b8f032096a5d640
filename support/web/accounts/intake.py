"""The intake rules: reading, trying and saving them, and what they passed over."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.conversations.records import Customer
from support.db import db, storable
from support.desk import the_desk
from support.errors import Refused
from support.inbox import receiving, ruling, trying
from support.inbox.intake import Policy, Reason, hashtag
from support.inbox.passing import read_again
from support.inbox.recalling import OURS, policy_in_force
from support.inbox.records import Hole, PassedPost
from support.web import reach, toasts, typed
from support.web.errors import sentence_of
from support.web.guard import i_may, me, needs
from support.web.language import now
from support.web.replies.reply_parts import permalink

pages = Blueprint("intake", __name__)

AT_ONCE = 30
REASONS: dict[str, Any] = {
    Reason.OWN: _l("当社の投稿"),
    Reason.OTHER_ACCOUNT: _l("当社のほかのアカウントの投稿"),
    Reason.REPOST: _l("リポスト"),
    Reason.MUTED: _l("ミュートした人"),
    Reason.NOBODY: _l("当社あてではない"),
    Reason.CARRIED: _l("ほかの人どうしの会話"),
    Reason.CAMPAIGN: _l("キャンペーンのハッシュタグ"),
    Reason.SPAM_WORD: _l("迷惑投稿の言葉"),
    Reason.SPAM_MENTIONS: _l("宛先が多すぎる"),
    Reason.SPAM_HASHTAGS: _l("ハッシュタグが多すぎる"),
    Reason.SPAM_LINKS: _l("リンクだけの投稿"),
}
HOLES: dict[str, Any] = {
    "mentions_window": _l("Xが見せるのは最新800件のメンションまでです"),
    "dms_window": _l("Xが見せるのは直近30日のダイレクトメッセージまでです"),
    "own_window": _l("Xが見せるのは最新3,200件の自分の投稿までです"),
}


@pages.route("/settings/intake", methods=["GET", "POST"])
@needs(Deed.LOOK_AFTER_INTAKE)
def rules() -> Any:
    return set_rules() if request.method == "POST" else _page(policy_in_force(db.session()))


@needs(Deed.MANAGE_DESK)
def set_rules() -> Response | str | tuple[str, int]:
    """Tries the rules of the form, or saves them."""
    session, before = db.session(), policy_in_force(db.session())
    policy, errors = _policy_of_form(before)
    if errors:
        return _page(policy, errors=errors), 422
    try:
        ruling.check(policy)
    except Refused as refusal:
        return _page(policy, errors={refusal.field: sentence_of(refusal)}), 422
    if request.form.get("do") != "save":
        return _page(policy, trial=trying.try_out(session, policy, instead_of=before))
    ruling.save_policy(session, policy, by=me(), now=now())
    session.commit()
    toasts.say(gettext("取り込みのルールを保存しました"))
    return redirect(url_for("intake.rules"), 303)


@pages.post("/settings/intake/passed/<x_id>/ticket")
@needs(Deed.LOOK_AFTER_INTAKE)
def take_up(x_id: str) -> Response:
    """A post the rules passed over becomes a ticket after all."""
    passed = db.session.get(PassedPost, x_id)
    if passed is None:
        abort(404)
    with reach.beyond():
        ticket = receiving.take_up(db.session(), passed, now())
    if ticket is None:
        db.session.rollback()
        toasts.say(gettext("この投稿はもうチケットにできません"), tone="danger")
        return redirect(url_for("intake.rules", _anchor="passed"), 303)
    number = ticket.id
    db.session.commit()
    the_desk().news.tell("ticket", number)
    return redirect(url_for("tickets.show", ticket_id=number), 303)


@pages.post("/settings/intake/holes/<int:number>/noted")
@needs(Deed.LOOK_AFTER_INTAKE)
def note_hole(number: int) -> Response:
    hole = db.session.get(Hole, number) if number < 2**31 else None
    if hole is None:
        abort(404)
    ruling.note_hole(hole, by=me(), now=now())
    db.session.commit()
    return redirect(url_for("intake.rules", _anchor="holes"), 303)


@pages.post("/customers/<int:number>/mute")
@needs(Deed.LOOK_AFTER_INTAKE)
def mute(number: int) -> Response:
    ruling.mute(_customer(number), by=me(), now=now())
    db.session.commit()
    toasts.say(gettext("ミュートしました。これからの投稿はチケットになりません"))
    return _back()


@pages.post("/customers/<int:number>/unmute")
@needs(Deed.LOOK_AFTER_INTAKE)
def unmute(number: int) -> Response:
    ruling.unmute(_customer(number))
    db.session.commit()
    toasts.say(gettext("ミュートを解除しました"))
    return _back()


def _customer(number: int) -> Customer:
    customer = db.session.get(Customer, number) if number < 2**31 else None
    if customer is None:
        abort(404)
    return customer


def _back() -> Response:
    """To the ticket the button stood on, else to the rules."""
    ticket_id = request.args.get("ticket", type=int)
    if ticket_id is not None:
        return redirect(url_for("tickets.show", ticket_id=ticket_id), 303)
    return redirect(url_for("intake.rules", _anchor="muted"), 303)


def _policy_of_form(before: Policy) -> tuple[Policy, dict[str, str]]:
    """The form's rules; what is no number stays as it was, with a sentence beside it."""
    errors: dict[str, str] = {}
    numbers = {"mentions": before.most_mentions, "tags": before.most_hashtags}
    for name in numbers:
        said = typed.number(request.form.get(name, "").strip(), most=9_999)
        if said is not None:
            numbers[name] = said
        else:
            errors[name] = gettext("0から100までの数にしてください。")
    return Policy(
        pass_carried="carried" in request.form,
        campaign_hashtags=tuple(dict.fromkeys(hashtag(line) for line in _lines("hashtags"))),
        spam_words=tuple(dict.fromkeys(_lines("words"))),
        most_mentions=numbers["mentions"],
        most_hashtags=numbers["tags"],
        pass_links_only="links" in request.form,
        answers_always="answers" in request.form,
    ), errors


def _lines(field: str) -> list[str]:
    lines = storable(request.form.get(field, "")).splitlines()
    return [line.strip() for line in lines if line.strip(" \t　#＃")]


def _page(
    policy: Policy,
    *,
    trial: trying.Trial | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    session, reason = db.session(), request.args.get("reason", "")
    rows = ruling.passed(
        session, reason=reason, before=request.args.get("before", ""), limit=AT_ONCE + 1
    )
    week, month = now() - timedelta(days=7), now() - timedelta(days=30)
    return render_template(
        "settings/intake.html",
        policy=policy,
        trial=trial,
        errors=errors or {},
        reasons=REASONS,
        counts=[(ruling.counts(session, at), ruling.taken(session, at)) for at in (week, month)],
        passed=[(row, read_again(row.raw)) for row in rows[:AT_ONCE]],
        more=rows[AT_ONCE - 1].x_id if len(rows) > AT_ONCE else None,
        reason=reason if reason in REASONS else "",
        muted=ruling.muted_people(session),
        versions=ruling.versions(session),
        holes=ruling.holes(session, now()),
        hole_words=HOLES,
        ours=OURS,
        permalink=permalink,
        may_set=i_may(Deed.MANAGE_DESK),
    )
