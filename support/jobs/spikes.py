"""Each minute: do so many people write that a lead should know? Told to open pages and outside."""

from datetime import datetime

import structlog
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from support.alerts.editing import webhooks_in_use
from support.alerts.records import AlertWebhook
from support.desk import Desk
from support.incidents import telling, tuning, watching
from support.incidents.telling import Letter
from support.incidents.vocabulary import Kind
from support.incidents.watching import Watched
from support.jobs.alerts import deliver
from support.jobs.at_work import at_the_desk
from support.settings import Settings

MOST = 20
"""Letters of one job, so that a worker is soon free for what is new."""

READ_ONLY = {"readonly": True}

log = structlog.get_logger()


def ring() -> None:
    with at_the_desk() as (desk, _session):
        desk.later.ring("watch_spikes")


def watch_spikes() -> int:
    """How many were raised."""
    with at_the_desk() as (desk, session):
        desk.later.heard("watch_spikes")
        now = desk.clock()
        watched = _look(session, now)
        told = telling.tell_leads(session, watched.seen.raised, now)
        rule = tuning.rule_in_force(session)
        if watched.seen.raised and rule is not None and rule.tells_webhooks:
            hooks = [hook.id for hook in webhooks_in_use(session)]
            telling.tell(session, watched.seen.raised, hooks, now)
            session.flush()
        posts = telling.waiting(session, now)
        session.commit()
        for number in watched.seen.raised:
            log.info("spike_raised", spike=number)
        for number in {*watched.seen.raised, *watched.seen.changed}:
            desk.news.tell("spike", number)
        for agent_id in told:
            desk.news.tell("alert", agent_id)
        if posts:
            desk.later.ring("post_spikes")
        if watched.more:
            desk.later.ring("watch_spikes")
        return len(watched.seen.raised)


def _look(session: Session, now: datetime) -> Watched:
    """Counted first, then read, and only where there is something to raise looked at for good,
    alone: nobody else can write to SQLite while that goes on."""
    counted = watching.count(session, now)
    session.commit()
    if counted is None:
        return Watched()
    session.connection(execution_options=READ_ONLY)
    up = watching.anything_up(session, now)
    session.rollback()
    return watching.watch(session, now) if up else counted


def post_spikes() -> int:
    """How many were taken; the rest is tried again by the next look."""
    taken = 0
    with at_the_desk() as (desk, session):
        desk.later.heard("post_spikes")
        for _ in range(MOST):
            number = telling.claim(session, desk.clock())
            session.commit()
            if number is None:
                break
            letter = telling.letter(session, number)
            hook = session.get_one(AlertWebhook, letter.webhook_id)
            sealed, style, retired = hook.url_sealed, hook.style, hook.retired_at is not None
            session.rollback()  # nothing of the database is held while others are waited for
            problem = "" if retired else _send(desk, letter, sealed, style)
            telling.settle(session, number, problem, desk.clock())
            session.commit()
            taken += not problem
            if problem:
                log.warning("spike_not_posted", post=number, problem=problem)
    return taken


def _send(desk: Desk, letter: Letter, sealed: str, style: str) -> str:
    link = f"{desk.settings.public_url}/incidents/spikes/{letter.spike_id}"
    body = (
        {"text": slack_text(letter, link, desk.settings)} if style == "slack" else letter.body(link)
    )
    return deliver(sealed, body, desk.settings)


def slack_text(letter: Letter, link: str, settings: Settings) -> str:
    """One sentence for a channel, in the desk's own language."""
    with force_locale(settings.locale):
        what = (
            gettext("困りごとの投稿が急に増えています")
            if letter.kind == Kind.ANY
            else gettext("「%(word)s」の投稿が急に増えています", word=letter.word)
        )
        how = gettext(
            "%(minutes)s分で%(people)s人（通常は%(usual)s人）",
            minutes=letter.minutes,
            people=letter.people,
            usual=round(letter.usual, 1),
        )
    return " ".join((what, how, f"@{letter.account}", link))
