"""Every page of the desk, with a way to reach it on the demo desk: what walks and pictures go by.

A new address that answers GET stands in PAGES, or in NO_PAGES with the reason; a test says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Map

from support.agents.access import Role
from support.agents.records import Agent
from support.approval.records import Approval
from support.conversations.records import Conversation, Customer
from support.drafts.records import KeptDraft
from support.inbox.records import Delivery, IntakeRefusal
from support.incidents.records import Incident, Wave
from support.incidents.spike_records import Spike
from support.outreach.records import Listening, Prospect
from support.replies.records import GuardWord, Reply, ReplyPart
from support.sla.records import Promise
from support.tickets.records import Note, Ticket
from support.x.records import Account, XApp
from tests.machinery.demo import INVITED
from tests.machinery.no_pages import NO_PAGES

ANSWER = "slow-evening"
"""One of the prepared answers of the project."""


def _first(column: Any, *conditions: Any) -> Select[Any]:
    return select(func.min(column)).where(*conditions)


def _ticket(channel: str, *conditions: Any) -> Select[Any]:
    query = _first(Ticket.id, Conversation.channel == channel, *conditions)
    return query.join(Conversation, Conversation.id == Ticket.conversation_id)


def _with_reply(state: str) -> Select[Any]:
    query = select(func.min(Reply.ticket_id)).join(ReplyPart, ReplyPart.reply_id == Reply.id)
    return query.where(ReplyPart.state == state)


def _sent(channel: str) -> Select[Any]:
    query = _first(Reply.id, ReplyPart.state == "posted", Conversation.channel == channel)
    joined = query.join(ReplyPart, ReplyPart.reply_id == Reply.id)
    return joined.join(Conversation, Conversation.id == Reply.conversation_id)


OPEN, DONE = Ticket.state == "open", Ticket.state == "resolved"
UNKNOWN = _first(ReplyPart.reply_id, ReplyPart.state == "unknown")
WAITS = _first(Approval.reply_id, Approval.outcome == "")
DECIDED = _first(Approval.reply_id, Approval.outcome == "changed")
ACCOUNT, APP = _first(Account.id), _first(XApp.id)
INCIDENT = _first(Incident.id, Incident.closed_at.is_(None))
WAVED = _first(Wave.incident_id)
OVER = _first(Incident.id, Incident.closed_at.is_not(None))
COLLEAGUE = _first(Agent.id, Agent.role == Role.AGENT.value)
DRAFTED = _first(KeptDraft.ticket_id, KeptDraft.mode == "reply")


@dataclass(frozen=True)
class Page:
    """`name` is that of its picture; `values`: parts of its address, some asked of the database."""

    name: str
    values: dict[str, Any]


def page(name: str, **values: Any) -> Page:
    return Page(name, values)


PAGES: dict[str, list[Page]] = {
    "tickets.queue": [
        page("queue"),
        page("queue-mine", view="mine"),
        page("queue-held", view="held"),
        page("queue-resolved", view="resolved"),
    ],
    "tickets.show": [
        page("ticket", ticket_id=_ticket("public", OPEN)),
        page("ticket-dm", ticket_id=_ticket("dm", OPEN)),
        page("ticket-resolved", ticket_id=_ticket("public", DONE)),
        page("ticket-held", ticket_id=_first(Ticket.id, Ticket.state == "held")),
        page("ticket-in-doubt", ticket_id=_with_reply("unknown")),
        page("ticket-rejected", ticket_id=_with_reply("rejected")),
        page("ticket-drafted", ticket_id=DRAFTED),
        page("ticket-offered", ticket_id=_first(Prospect.ticket_id)),
    ],
    "contexts.show": [page("context", ticket_id=_ticket("public", OPEN))],
    "splits.show": [page("split", ticket_id=_ticket("public", OPEN))],
    "notes.edit": [
        page(
            "note-edit",
            note_id=_first(Note.id, Agent.role == Role.ADMIN.value).join(
                Agent, Agent.id == Note.agent_id
            ),
        )
    ],
    "customers.show": [
        page("customer", number=_first(Customer.id, Customer.memo == "")),
        page("customer-known", number=_first(Customer.id, Customer.memo != "")),
    ],
    "personal_data.show": [page("customer-data", number=_first(Customer.id))],
    "drafts.show": [page("drafts")],
    "saved_views.show": [page("views"), page("views-new", priority="high")],
    "palette.show": [page("palette"), page("palette-nothing", q="電子レンジ")],
    "search.show": [
        page("search"),
        page("search-found", q="通信"),
        page("search-nothing", q="電子レンジ"),
    ],
    "alerts.show": [page("alerts")],
    "approvals.queue": [page("approvals")],
    "approvals.show": [
        page("approval", reply_id=WAITS),
        page("approval-decided", reply_id=DECIDED),
    ],
    "agents.profile": [page("me")],
    "passwords.show": [page("me-password")],
    "second_step.show": [page("me-second-step")],
    "joining.ask": [page("join", token=INVITED)],
    "installing.offline": [page("offline")],
    "setting_up.hours": [page("set-up-hours")],
    "setting_up.x": [page("set-up-x")],
    "setting_up.answers": [page("set-up-answers")],
    "setting_up.ticket": [page("set-up-ticket")],
    "promises.show": [page("promise", promise_id=_first(Promise.id))],
    "decisions.show": [page("decide", reply_id=UNKNOWN)],
    "retractions.show": [
        page(
            "retraction",
            part_id=_first(
                ReplyPart.id, ReplyPart.state == "posted", Conversation.channel == "public"
            )
            .join(Reply, Reply.id == ReplyPart.reply_id)
            .join(Conversation, Conversation.id == Reply.conversation_id),
        )
    ],
    "waves.show": [
        page("incident-wave", incident_id=WAVED),
        page("incident-wave-attention", incident_id=WAVED, of="attention"),
    ],
    "incident_reports.show": [
        page("incident-report", incident_id=OVER),
        page("incident-report-open", incident_id=INCIDENT),
    ],
    "incident_reports.kept": [page("incident-templates")],
    "review.show": [
        page("review"),
        page("review-sample", order="sample", seen="all"),
        page("review-none", week="2001-W01"),
    ],
    "review.look_at": [
        page("review-public", reply_id=_sent("public"), seen="all"),
        page("review-dm", reply_id=_sent("dm"), order="new"),
    ],
    "reviewed.show": [page("review-mine")],
    "coverage.show": [page("review-coverage")],
    "typed_on_x.show": [page("review-typed")],
    "canned.shelf": [page("canned"), page("canned-found", q="通信")],
    "canned.answer": [page("canned-answer", reply_id=ANSWER)],
    "canned_edit.edit": [page("canned-edit", reply_id=ANSWER)],
    "canned_edit.new": [page("canned-new")],
    "canned_files.show": [page("canned-import")],
    "canned_history.removed": [page("canned-removed")],
    "canned_history.show": [page("canned-history", reply_id=ANSWER)],
    "canned_learned.show": [page("canned-learned")],
    "canned_try.show": [page("canned-try", q="夜になると通信が遅いです")],
    "canned_usage.show": [page("canned-usage")],
    "reports.show": [page("reports")],
    "reports.talk": [page("reports-talk")],
    "report_mail.show": [page("reports-mail")],
    "report_cells.promises": [
        page("reports-promises"),
        page("reports-promises-broken", verdict="broken", clock="wall"),
    ],
    "report_cells.tickets": [
        page("reports-tickets", what="opened"),
        page("reports-tickets-none", what="automatic", channel="dm"),
    ],
    "accounts.show": [page("settings-accounts")],
    "accounts.ask_to_disconnect": [page("settings-disconnect", number=ACCOUNT)],
    "grants.show": [page("settings-account-people", number=ACCOUNT)],
    "account_keys.ask": [page("settings-keys")],
    "account_keys.add_app": [page("settings-app-new")],
    "account_keys.change_app": [page("settings-app", number=APP)],
    "alert_rules.show": [page("settings-alerts")],
    "approval_rules.show": [page("settings-approval")],
    "takedowns.show": [page("settings-compliance")],
    "deliveries.show": [page("settings-deliveries")],
    "deliveries.delivery": [page("settings-delivery", number=_first(Delivery.id))],
    "deliveries.refusal": [page("settings-refusal", number=_first(IntakeRefusal.id))],
    "hours.show": [page("settings-hours")],
    "intake.rules": [page("settings-intake")],
    "outreach_rules.show": [page("settings-outreach")],
    "outreach_rules.read": [page("outreach-manners")],
    "never_contact.show": [page("outreach-never"), page("outreach-never-nobody", q="電子レンジ")],
    "levels.show": [page("settings-levels")],
    "sending.show": [page("settings-sending")],
    "spending.show": [page("settings-spending")],
    "teams.show": [page("settings-teams")],
    "guard_words.show": [page("settings-words")],
    "guard_words.history": [page("settings-words-history"), page("settings-words-past", at="x")],
    "guard_words.entry": [page("settings-word", word_id=_first(GuardWord.id))],
    "listenings.show": [page("listenings")],
    "listenings.new": [page("listening-new"), page("listening-new-by-hand", query="ひかり -(")],
    "listenings.edit": [page("listening", number=_first(Listening.id))],
    "listening_words.show": [page("listening-words")],
    "research.show": [page("research"), page("research-asked", query="ひかり lang:ja")],
    "house.show": [page("rules")],
    "incidents.show_all": [page("incidents")],
    "incidents.new": [page("incident-new")],
    "incidents.show": [
        page("incident", incident_id=INCIDENT),
        page("incident-over", incident_id=OVER),
    ],
    "incidents.edit": [page("incident-edit", incident_id=INCIDENT)],
    "incident_links.alike": [page("incident-alike", incident_id=INCIDENT)],
    "house.edit": [page("rules-edit")],
    "house.history": [page("rules-history")],
    "house.one": [page("rules-version", version=1)],
    "outreach.show": [
        page("outreach"),
        page("outreach-open", open=_first(Prospect.id, Prospect.state == "found")),
    ],
    "outreach.board": [page("outreach-board")],
    "outreach.table": [
        page("outreach-table"),
        page("outreach-skipped", stage="skipped"),
    ],
    "offers.show": [page("offers")],
    "outreach_results.show": [page("outreach-results")],
    "crisis.show": [page("crisis")],
    "crisis_protocol.edit": [page("crisis-protocol-edit")],
    "crisis_protocol.history": [page("crisis-protocol-history")],
    "handover.show": [page("handover"), page("handover-all", of="all")],
    "people.show": [page("settings-people")],
    "people.person": [page("settings-person", number=COLLEAGUE)],
    "leaving.ask": [page("settings-suspension", number=COLLEAGUE)],
    "sharing.show": [page("settings-sharing")],
    "spike_rules.show": [page("settings-spikes")],
    "spikes.show": [page("spikes")],
    "spikes.one": [page("spike", spike_id=_first(Spike.id))],
    "translating.show": [page("settings-translation")],
    "retention.show": [page("settings-retention")],
    "audit.show": [page("settings-audit"), page("settings-audit-wrong", since="x")],
}


def unlisted(routes: Map) -> set[str]:
    """Endpoints that answer GET and are in neither table."""
    asked = {rule.endpoint for rule in routes.iter_rules() if "GET" in (rule.methods or ())}
    return asked - PAGES.keys() - NO_PAGES.keys()


def listed_in_vain(routes: Map) -> set[str]:
    """Endpoints in a table that do not answer GET, or that stand in both."""
    asked = {rule.endpoint for rule in routes.iter_rules() if "GET" in (rule.methods or ())}
    return ((PAGES.keys() | NO_PAGES.keys()) - asked) | (PAGES.keys() & NO_PAGES.keys())


def addresses(app: Flask, session: Session) -> dict[str, str]:
    """Path of every page by its name. A value the database does not have is named."""
    found = {}
    with app.test_request_context():
        for endpoint, pages in PAGES.items():
            for one in pages:
                found[one.name] = app.url_for(endpoint, **dict(_values(session, one)))
    return found


def _values(session: Session, one: Page) -> Iterator[tuple[str, Any]]:
    for name, value in one.values.items():
        asked = session.scalar(value) if isinstance(value, Select) else value
        assert asked is not None, f"the demo desk has no {name} for {one.name}"
        yield name, asked
