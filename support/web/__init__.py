"""The pages: one module a page family. `init_app` puts them together.

Every module of pages exposes a blueprint called `pages`, named after its family.
"""

from flask import Flask

from support.web import (
    account_keys,
    accounts,
    agents,
    alert_rules,
    alerts,
    assets,
    canned,
    canned_edit,
    canned_files,
    canned_history,
    canned_learned,
    canned_try,
    canned_usage,
    decisions,
    deeds,
    deliveries,
    draft_cost,
    enclosures,
    errors,
    frame,
    guard,
    guard_words,
    guarded,
    health,
    hours,
    intake,
    language,
    levels,
    live,
    media,
    outbox,
    picks,
    placing,
    promises,
    replays,
    replies,
    report_cells,
    reports,
    retractions,
    search,
    security,
    sending,
    settings,
    spending,
    takedowns,
    teams,
    terms_edits,
    tickets,
    toasts,
    webhook,
)

FAMILIES = (
    account_keys.pages,
    accounts.pages,
    agents.pages,
    alert_rules.pages,
    alerts.pages,
    canned.pages,
    canned_edit.pages,
    canned_files.pages,
    canned_history.pages,
    canned_learned.pages,
    canned_try.pages,
    canned_usage.pages,
    decisions.pages,
    deeds.pages,
    deliveries.pages,
    enclosures.pages,
    frame.pages,
    guard_words.pages,
    health.pages,
    hours.pages,
    intake.pages,
    levels.pages,
    live.pages,
    media.pages,
    outbox.pages,
    picks.pages,
    placing.pages,
    promises.pages,
    replays.pages,
    replies.pages,
    report_cells.pages,
    reports.pages,
    retractions.pages,
    search.pages,
    sending.pages,
    settings.pages,
    takedowns.pages,
    teams.pages,
    terms_edits.pages,
    spending.pages,
    tickets.pages,
    webhook.pages,
)


def init_app(app: Flask) -> None:
    """Order matters: a refused request opens no transaction, a page knows who asks."""
    language.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    guard.init_app(app)
    toasts.init_app(app)
    assets.init_app(app)
    agents.init_app(app)
    live.init_app(app)
    frame.init_app(app)
    settings.init_app(app)
    webhook.init_app(app)
    spending.init_app(app)
    draft_cost.init_app(app)
    guarded.init_app(app)
    terms_edits.init_app(app)
    for pages in FAMILIES:
        app.register_blueprint(pages)
