"""All the pages, put together by `init_app`; only the web entrance needs them all.

Each module of pages exposes a blueprint called `pages`, named after its family.
"""

from flask import Flask

from support.web import (
    assets,
    audit,
    compressing,
    errors,
    frame,
    guard,
    handover,
    health,
    house,
    installing,
    limits,
    live,
    media,
    metrics,
    noted,
    palette,
    reach,
    reading,
    refusals,
    search,
    security,
    setting_up,
    settings,
    toasts,
)
from support.web.accounts import (
    account_keys,
    connecting,
    deliveries,
    intake,
    spending,
    takedowns,
    webhook,
)
from support.web.agents import (
    coming_in,
    grants,
    joining,
    leaving,
    links,
    oidc,
    passkeys,
    passwords,
    people,
    second_step,
    sharing,
    teams,
)
from support.web.alerts import alert_rules, bell
from support.web.approvals import approval_rules, approving
from support.web.canned import (
    canned_edit,
    canned_files,
    canned_history,
    canned_learned,
    canned_try,
    canned_usage,
    shelf,
)
from support.web.crisis import crisis_protocol, quiet, switching
from support.web.customers import customer_page, personal_data, retention
from support.web.incidents import (
    incident_course,
    incident_endings,
    incident_links,
    incident_reports,
    notices,
    spike_rules,
    spikes,
    waves,
)
from support.web.outreach import (
    board,
    listening_words,
    listenings,
    never_contact,
    offers,
    outreach_results,
    outreach_rules,
    prospects,
    research,
)
from support.web.promises import hours, levels, promise_deeds, promise_page, replays, terms_edits
from support.web.replies import (
    answering,
    decisions,
    draft_cost,
    drafts,
    enclosures,
    guard_words,
    guarded,
    outbox,
    picks,
    retractions,
    sending,
)
from support.web.reports import report, report_cells, report_mail
from support.web.review import coverage, looking, reviewed, typed_on_x
from support.web.tickets import (
    bulk,
    contexts,
    deeds,
    linking,
    lookalikes,
    notes,
    placing,
    presence,
    saved_views,
    showing,
    splits,
    translating,
)

FAMILIES = (
    audit.pages,
    frame.pages,
    handover.pages,
    health.pages,
    house.pages,
    installing.pages,
    live.pages,
    media.pages,
    metrics.pages,
    palette.pages,
    search.pages,
    setting_up.pages,
    settings.pages,
    # tickets
    bulk.pages,
    contexts.pages,
    deeds.pages,
    linking.pages,
    lookalikes.pages,
    notes.pages,
    placing.pages,
    presence.pages,
    saved_views.pages,
    showing.pages,
    splits.pages,
    translating.pages,
    # replies
    answering.pages,
    decisions.pages,
    drafts.pages,
    enclosures.pages,
    guard_words.pages,
    outbox.pages,
    picks.pages,
    retractions.pages,
    sending.pages,
    # promises
    hours.pages,
    levels.pages,
    promise_deeds.pages,
    promise_page.pages,
    replays.pages,
    terms_edits.pages,
    # canned
    canned_edit.pages,
    canned_files.pages,
    canned_history.pages,
    canned_learned.pages,
    canned_try.pages,
    canned_usage.pages,
    shelf.pages,
    # customers
    customer_page.pages,
    personal_data.pages,
    retention.pages,
    # reports
    report.pages,
    report_cells.pages,
    report_mail.pages,
    # review
    coverage.pages,
    looking.pages,
    reviewed.pages,
    typed_on_x.pages,
    # approvals
    approval_rules.pages,
    approving.pages,
    # alerts
    alert_rules.pages,
    bell.pages,
    # incidents
    incident_course.pages,
    incident_endings.pages,
    incident_links.pages,
    incident_reports.pages,
    notices.pages,
    spike_rules.pages,
    spikes.pages,
    waves.pages,
    # outreach
    board.pages,
    listening_words.pages,
    listenings.pages,
    never_contact.pages,
    offers.pages,
    outreach_results.pages,
    outreach_rules.pages,
    research.pages,
    # crisis
    crisis_protocol.pages,
    quiet.pages,
    switching.pages,
    # agents
    coming_in.pages,
    grants.pages,
    joining.pages,
    leaving.pages,
    links.pages,
    oidc.pages,
    passkeys.pages,
    passwords.pages,
    people.pages,
    second_step.pages,
    sharing.pages,
    teams.pages,
    # accounts
    account_keys.pages,
    connecting.pages,
    deliveries.pages,
    intake.pages,
    spending.pages,
    takedowns.pages,
    webhook.pages,
)


def init_app(app: Flask) -> None:
    """Order matters: a refused request opens no transaction, a page knows who asks.

    What looks at answers runs from the last to the first: they are compressed in the end. The
    language is not among them: whoever only writes mail has it as well; see foundation.py.
    """
    reading.init_app(app)
    compressing.init_app(app)
    errors.init_app(app)
    refusals.init_app(app)
    security.init_app(app)
    reach.init_app(app)
    guard.init_app(app)
    noted.init_app(app)
    toasts.init_app(app)
    assets.init_app(app)
    limits.init_app(app)
    live.init_app(app)
    frame.init_app(app)
    presence.init_app(app)
    saved_views.init_app(app)
    linking.init_app(app)
    incident_course.init_app(app)
    settings.init_app(app)
    webhook.init_app(app)
    spending.init_app(app)
    draft_cost.init_app(app)
    guarded.init_app(app)
    customer_page.init_app(app)
    translating.init_app(app)
    terms_edits.init_app(app)
    prospects.init_app(app)
    spikes.init_app(app)
    for pages in FAMILIES:
        app.register_blueprint(pages)
