"""What X costs us: this month by account, day, kind, agent and answer; the cap; X's limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from support.agents.access import Deed
from support.agents.records import Agent
from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.replies.records import Reply
from support.reports import charts
from support.spreadsheet import as_csv
from support.web import reach, toasts
from support.web.accounts import spending_words
from support.web.accounts.money import cap_of, usd
from support.web.errors import sentence_of
from support.web.guard import needs
from support.web.language import now
from support.x import ledger
from support.x.budgets import Left
from support.x.ledger import Month, Sum, month_of
from support.x.pacing import Pace, pace
from support.x.records import Account

pages = Blueprint("spending", __name__)


@dataclass(frozen=True)
class Standing:
    """An account's month so far."""

    account: Account
    spent: int
    pace: Pace
    left: list[Left]
    """What X said is left of its limits."""

    @property
    def share(self) -> float | None:
        """Of the cap; None without one."""
        cap = self.account.monthly_cap_micros
        return None if cap is None else self.spent / cap if cap else 1.0


def init_app(app: Flask) -> None:
    app.jinja_env.filters["usd"] = usd
    app.jinja_env.globals["at_cap"] = at_cap


def at_cap(account: Account) -> bool:
    """Whether the account's answers wait because the month's cap is spent; looked up once."""
    known: dict[int, bool] = g.setdefault("at_cap", {})
    if account.id not in known:
        known[account.id] = not ledger.pace_of(db.session(), account, now()).sends
    return known[account.id]


@pages.get("/settings/spending")
@needs(Deed.SEE_REPORTS)
def show() -> str:
    return _page(asked_month())


@pages.post("/settings/spending/<int:account_id>/cap")
@needs(Deed.SET_CAP)
def set_cap(account_id: int) -> AnyResponse | tuple[str, int]:
    """The most an account may spend in a month; raised, what waits goes out by itself."""
    account = db.session.get(Account, account_id) if account_id < 2**31 else None
    if account is None or not reach.may_see(account.id):
        abort(404)
    written = request.form.get("cap", "")[:20]
    try:
        account.monthly_cap_micros = cap_of(written)
    except Refused as refusal:
        error = {"account": account_id, "written": written, "sentence": sentence_of(refusal)}
        return _page(month_of(now()), error=error), 422
    db.session.commit()
    toasts.say(gettext("月の上限を保存しました"))
    return redirect(url_for("spending.show"), 303)


@pages.get("/settings/spending.csv")
@needs(Deed.SEE_REPORTS)
def csv() -> Response:
    """The month, a line for each day, account and kind. `bom=1` as for the report."""
    month = asked_month()
    text = as_csv(_rows(month), bom=request.args.get("bom") == "1")
    name = f"madoguchi-x-costs-{month.first:%Y-%m}.csv"
    return Response(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def asked_month() -> Month:
    """The month the address names as 2026-11; this month where it names none, or a later one."""
    this = month_of(now())
    try:
        asked = Month(date.fromisoformat(f"{request.args.get('month', '')[:7]}-01"))
    except ValueError:
        return this
    return asked if asked.first <= this.first else this


def _page(month: Month, error: dict[str, Any] | None = None) -> str:
    session = db.session()
    this = month_of(now())
    days = ledger.by_day(session, month)
    shown = [day for day in month.days if day <= now().date()]
    return render_template(
        "settings/spending.html",
        month=month,
        before=Month((month.first - timedelta(days=1)).replace(day=1)),
        after=Month(month.after) if month.after <= this.first else None,
        standings=_standings(month),
        total=sum(days.values()),
        days=[(day, days.get(day, 0)) for day in shown],
        chart=charts.daily([days.get(day, 0) for day in month.days]),
        kinds=ledger.by_kind(session, month),
        agents=_agents(month),
        answers=_answers(month),
        prices=the_desk().prices.on(now().date()),
        words=spending_words,
        error=error,
    )


def _standings(month: Month) -> list[Standing]:
    spent = ledger.by_account(db.session(), month)
    found = []
    for account in db.session.scalars(select(Account).order_by(Account.id)):
        if not reach.may_see(account.id):
            continue
        cost = spent.get(account.id, 0)
        left = the_desk().budgets.of(account.id, account.app_id).left()
        current = [it for it in left if it.reset > now()]
        found.append(Standing(account, cost, pace(cost, account.monthly_cap_micros), current))
    return found


def _agents(month: Month) -> list[tuple[Agent, Sum]]:
    sums = ledger.by_agent(db.session(), month)
    people = {it.id: it for it in db.session.scalars(select(Agent))}
    return [(people[it.of], it) for it in sums if isinstance(it.of, int) and it.of in people]


def _answers(month: Month) -> list[tuple[Reply, Sum]]:
    sums = ledger.by_answer(db.session(), month)
    wanted = select(Reply).where(Reply.id.in_([it.of for it in sums]))
    found = {it.id: it for it in db.session.scalars(wanted.options(joinedload(Reply.agent)))}
    return [(found[it.of], it) for it in sums if isinstance(it.of, int) and it.of in found]


def _rows(month: Month) -> Iterator[list[str]]:
    handles = dict(db.session.execute(select(Account.id, Account.handle)).all())
    yield [gettext("日付（UTC）"), gettext("アカウント"), gettext("種類"), gettext("件数"), "USD"]
    for day, account_id, kind, items, micros in ledger.lines(db.session(), month):
        words = str(spending_words.KINDS.get(kind, kind))
        yield [str(day), handles[account_id], words, str(items), f"{micros / 1_000_000:.6f}"]
