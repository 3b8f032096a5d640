"""Settings: whether new tickets find an agent by themselves."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent
from support.db import db
from support.errors import Refused
from support.tickets import shares, sharing
from support.web import toasts
from support.web.guard import me, needs
from support.web.language import now
from support.web.tickets.ticket_page import sentence

pages = Blueprint("sharing", __name__)


@pages.get("/settings/sharing")
@needs(Deed.MANAGE_DESK)
def show() -> str:
    return _page()


@pages.post("/settings/sharing")
@needs(Deed.MANAGE_DESK)
def change() -> Response | tuple[str, int]:
    on, ceiling = "on" in request.form, request.form.get("ceiling", "").strip()
    try:
        rule = sharing.set_rule(db.session(), on=on, ceiling=ceiling, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(sentence(refusal)), 422
    db.session.commit()
    toasts.say(
        gettext("自動割り当てを始めました") if rule.on else gettext("自動割り当てを止めました")
    )
    return redirect(url_for("sharing.show"), 303)


def _page(wrong: str = "") -> str:
    rule = sharing.rule_in_force(db.session())
    hands = sharing.hands_there(db.session(), now())
    names = {hand.agent_id: db.session.get_one(Agent, hand.agent_id) for hand in hands}
    there = sorted(hands, key=lambda hand: (hand.open, hand.agent_id))
    return render_template(
        "settings/sharing.html",
        rule=rule,
        on="on" in request.form if wrong else bool(rule and rule.on),
        ceiling=request.form.get("ceiling", "")
        if wrong
        else (rule.ceiling if rule else shares.USUAL_CEILING),
        there=[(names[hand.agent_id], hand.open) for hand in there],
        wrong=wrong,
        lowest=shares.LOWEST_CEILING,
        highest=shares.HIGHEST_CEILING,
    )
