"""Alerts for webhooks are sent, one after the other; the rows say what is left."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask_babel import force_locale, gettext

from support.alerts import posting
from support.alerts.ladder import Level
from support.alerts.posting import Letter
from support.desk import Desk
from support.errors import N_
from support.jobs.at_work import at_the_desk
from support.outside import OutsideError, send
from support.settings import Settings
from support.sla.levels import PromiseKind
from support.x.tokens import TokenUnreadable, unseal

UNREADABLE = N_("保存したアドレスを読み出せません。もう一度追加してください。")
STATUS = "status "
MOST = 50
"""Letters of one job, so that a worker is soon free for what is new."""
SLACK_WORDS = {
    (Level.DUE_SOON, True): N_("返信の期限が近いチケットがあります"),
    (Level.DUE_SOON, False): N_("解決の期限が近いチケットがあります"),
    (Level.BROKEN, True): N_("返信の期限を過ぎたチケットがあります"),
    (Level.BROKEN, False): N_("解決の期限を過ぎたチケットがあります"),
}
"""By level, and whether an answer is owed."""

log = structlog.get_logger()


def post_alerts() -> int:
    """How many were taken. What is left over is rung for again."""
    taken = 0
    with at_the_desk() as (desk, session):
        desk.later.heard("post_alerts")
        for _ in range(MOST):
            number = posting.claim(session, desk.clock())
            session.commit()
            if number is None:
                return taken
            letter = posting.letter(session, number)
            session.rollback()  # nothing of the database is held while others are waited for
            problem = _send(desk, letter)
            posting.settle(session, number, problem, desk.clock())
            session.commit()
            taken += not problem
            if problem:
                log.warning("alert_not_posted", post=number, problem=problem)
        desk.later.ring("post_alerts")
    return taken


def _send(desk: Desk, letter: Letter) -> str:
    """Empty when it was taken, else what was the matter."""
    settings = desk.settings
    return deliver(letter.url_sealed, body_of(letter, settings), settings)


def deliver(url_sealed: str, body: dict[str, Any], settings: Settings) -> str:
    """As the row of a webhook keeps it: a sentence, or "status" and the number of a refusal."""
    try:
        url = unseal(url_sealed, settings.secret_key)
        send(url, body, private=settings.private_addresses)
    except TokenUnreadable:
        return UNREADABLE
    except OutsideError as error:
        refused = error.values.get("status")
        return f"{STATUS}{refused}" if refused else error.sentence
    return ""


def body_of(letter: Letter, settings: Settings) -> dict[str, Any]:
    """What the webhook is told, in the form it understands."""
    link = f"{settings.public_url}/tickets/{letter.ticket_id}"
    if letter.style != "slack":
        return letter.body(link)
    return {"text": slack_text(letter, link, settings)}


def trial(style: str, settings: Settings, now: datetime) -> dict[str, Any]:
    """What a webhook is sent to see whether it takes what we send."""
    if style == "slack":
        with force_locale(settings.locale):
            return {"text": gettext("窓口からのテスト送信です。期限のお知らせがここに届きます。")}
    return {"id": "trial", "level": "trial", "raised_at": now.isoformat()}


def slack_text(letter: Letter, link: str, settings: Settings) -> str:
    """One sentence for a channel, in the desk's own language."""
    owed = letter.kind != PromiseKind.RESOLUTION
    with force_locale(settings.locale):
        words = gettext(SLACK_WORDS[Level(letter.level), owed])
        due = gettext("期限") + " " + _moment(letter.due_at, settings) if letter.due_at else ""
    return " ".join(filter(None, (words, f"#{letter.ticket_id}", f"@{letter.account}", due, link)))


def _moment(at: datetime, settings: Settings) -> str:
    return f"{at.astimezone(ZoneInfo(settings.zone)):%Y-%m-%d %H:%M}"
