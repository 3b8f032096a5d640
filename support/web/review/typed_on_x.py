"""What was typed on x.com in our name: leads see it too, though nobody of the desk is named."""

from flask import Blueprint, render_template, request

from support.agents.access import Deed
from support.db import db
from support.review import looking, typed
from support.review.looking import WEEKS
from support.review.weeks import latest, week_from
from support.web.frame import frame
from support.web.guard import needs
from support.web.language import now, zone
from support.web.replies.reply_parts import permalink
from support.web.review.looking import MOST_WEEKS

pages = Blueprint("typed_on_x", __name__)


@pages.get("/review/x")
@needs(Deed.REVIEW)
def show() -> str:
    week, account = week_from(request.args.get("week", "")), request.args.get("account", "")
    accounts = [here.account for here in frame().accounts]
    chosen = next((it.id for it in accounts if str(it.id) == account), None)
    before = request.args.get("after", "")
    start, end = looking.span(week, now(), zone())
    return render_template(
        "review/typed.html",
        found=typed.page(
            db.session(), start, end, account=chosen, before=looking.moment_from(before)
        ),
        week=week,
        weeks=latest(now(), zone(), MOST_WEEKS),
        usual_weeks=WEEKS,
        account=chosen,
        accounts=accounts,
        after=before,
        permalink=permalink,
    )
