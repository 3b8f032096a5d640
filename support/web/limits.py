"""How often one may ask: by account and address at the doors, by agent where an answer is dear.

Counted in Valkey for all processes; while it is away, in each by itself. Nobody who works by hand
comes near these numbers: they stop scripts, and keys that hang.
"""

from flask import Flask, request
from flask_limiter import Limit, Limiter

from support.agents import delaying
from support.desk import the_desk
from support.web.guard import asking

DEAR: dict[str, int] = {
    # looked for in all that was ever said
    "search.show": 240,
    "palette.show": 120,
    "canned_try.show": 240,
    # figures of a whole period, and all there is as a file
    "reports.show": 60,
    "reports.csv": 20,
    "reports.json": 60,
    "reports.talk": 30,
    "report_cells.promises": 60,
    "report_cells.tickets": 60,
    "canned_usage.show": 60,
    "review.show": 60,
    "coverage.show": 60,
    "incident_reports.show": 30,
    "incident_reports.csv": 20,
    "outreach_results.show": 60,
    "outreach_results.csv": 20,
    "spending.csv": 20,
    "takedowns.csv": 20,
    "canned_files.export": 20,
    # all there is about one customer, as a page, as a file, or out of every table
    "personal_data.show": 60,
    "personal_data.export": 20,
    "personal_data.erase": 20,
    # a pattern is tried on what was sent
    "guard_words.add": 30,
    "guard_words.entry": 30,
    "guard_words.try_out": 30,
    # what rules would empty is counted before they are kept
    "retention.save": 30,
    # a week's figures, and a letter
    "report_mail.send_now": 20,
    # files that are unpacked and read whole
    "canned_files.look": 20,
    "replies.send": 60,
    # X is asked, which costs money
    "contexts.fetch": 20,
    "intake.take_up": 20,
    "account_keys.connect": 20,
    "listenings.forecast": 20,
    "listenings.hear_now": 20,
    "research.ask": 20,
    # addresses that somebody typed in are asked
    "hours.subscribe": 20,
    "alert_rules.try_webhook": 20,
    # a password or a code is held against ours
    "passwords.change": 10,
    "second_step.begin": 10,
    "second_step.make_codes": 10,
    "second_step.remove": 10,
}
"""How often in a minute one agent may ask for it."""


def how_often() -> str:
    """The limit of the page that is asked for; empty: none."""
    most = DEAR.get(request.endpoint or "")
    return f"{most} per minute" if most and asking() is not None else ""


def who_asks() -> str:
    agent = asking()
    return f"agent {agent.id}" if agent is not None else place()


def who_tries() -> str:
    """One address and one place together: a colleague's typing errors lock nobody else out."""
    return f"{request.form.get('email', '').strip().lower()[:254]} {place()}"


def place() -> str:
    return delaying.place_of(request.remote_addr or "")


limiter = Limiter(
    who_tries,
    default_limits=[Limit(limit_provider=how_often, key_function=who_asks)],
    in_memory_fallback_enabled=True,
)


def init_app(app: Flask) -> None:
    """After the guard: it knows who asks."""
    with app.app_context():
        address = the_desk().settings.redis_url
    app.config.setdefault("RATELIMIT_STORAGE_URI", address.replace("unix://", "redis+unix://", 1))
    app.config.setdefault(
        "RATELIMIT_STORAGE_OPTIONS", {"socket_timeout": 2, "socket_connect_timeout": 2}
    )
    limiter.init_app(app)
