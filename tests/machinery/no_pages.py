"""Addresses that answer GET and are no page to walk, each with the reason; see pages.py."""

FRAGMENT = "stands in a page, and is asked for by it alone"
FILE = "a file"
MACHINE = "read by machines"
ELSEWHERE = "leads to another page"
BEFORE = "for people who are not signed in: walked on its own"
PROVEN = "asks for the password first: walked on its own"

NO_PAGES: dict[str, str] = {
    "alerts.bell": FRAGMENT,
    "alerts.happened": FRAGMENT,
    "alerts.latest": FRAGMENT,
    "frame.rail": FRAGMENT,
    "notices.follow": FRAGMENT,
    "frame.standing": FRAGMENT,
    "outbox.status": FRAGMENT,
    "presence.marks": FRAGMENT,
    "spikes.banner": FRAGMENT,
    "terms_edits.progress": FRAGMENT,
    "tickets.answers": FRAGMENT,
    "tickets.changes": FRAGMENT,
    "tickets.thread": FRAGMENT,
    "waves.follow": FRAGMENT,
    "canned_files.export": FILE,
    "outreach_results.csv": FILE,
    "enclosures.image": FILE,
    "media.attachment": FILE,
    "media.avatar": FILE,
    "incident_reports.csv": FILE,
    "reports.csv": FILE,
    "reports.json": FILE,
    "spending.csv": FILE,
    "static": FILE,
    "takedowns.csv": FILE,
    "installing.manifest": MACHINE,
    "installing.service_worker": MACHINE,
    "health.healthz": MACHINE,
    "health.readyz": MACHINE,
    "metrics.show": MACHINE,
    "live.stream": MACHINE,
    "webhook.challenge": MACHINE,
    "accounts.begin": ELSEWHERE,
    "accounts.callback": ELSEWHERE,
    "setting_up.go_on": ELSEWHERE,
    "settings.index": ELSEWHERE,
    "oidc.begin": ELSEWHERE,
    "oidc.callback": ELSEWHERE,
    "oidc.end": ELSEWHERE,
    "agents.set_up": BEFORE,
    "agents.sign_in": BEFORE,
    "links.ask": BEFORE,
    "passkeys.new": PROVEN,
    "report_mail.stop": BEFORE,
    "second_step.ask": BEFORE,
    "second_step.enrol": BEFORE,
}
