"""Every table of the database: whether it holds anything about customers, how that is handed out,
and how it is emptied. A test fails for a table, or a column of words, that is not named here.

To add a table of a new room, add one line to HOLDINGS. `nothing("name", why)`: no customer is in
it. `of("name", column, parent, words={column: what stands there once it is empty})`: its rows
belong to whoever the row of `parent` that `column` names belongs to; handing out and erasing then
follow by themselves. Columns of text that hold codes, ids or names of ours go into `plain`.
"""

from __future__ import annotations

from collections.abc import Mapping

from support.privacy.held import BY_X_ID, MARK, SELF, SPECIAL, Holding, nothing, of

_TICKET = ("ticket_id", "tickets")
_DESK = "how the desk is set up; written by its people"
_PEOPLE = "colleagues, not customers"
_X = "our own accounts and apps"

_CUSTOMERS = (
    of(
        "customers",
        "id",
        SELF,
        words={"x_id": MARK, "username": MARK}
        | dict.fromkeys(("name", "bio", "avatar_url", "memo", "segment"), "")
        | dict.fromkeys(("followers", "joined_at", "memo_at"), None),
        plain=("hidden_reason",),
    ),
    of("contact_wishes", "customer_id", "customers", words={"reason": ""}),
    of(
        "customer_numbers",
        "customer_id",
        "customers",
        words={"number": "", "folded": ""},
        plain=("given_how",),
        unshown=("folded",),
    ),
    of("known_accounts", "x_id", BY_X_ID, removed=True),
    of(
        "no_contacts",
        "x_id",
        BY_X_ID,
        plain=("x_id",),
        why="stays: without it nobody would know that they are not to be written to",
    ),
    of("conversations", "customer_id", "customers", plain=("channel",)),
    of("holds", "customer_id", "customers", words={"reason": ""}),
    of(
        "erasures",
        "customer_id",
        "customers",
        words={"x_id": ""},
        plain=("counts",),
        unshown=None,
        why="that an erasure was asked for; no more than our number of the customer stays",
    ),
)
_SAID = (
    of(
        "tickets",
        "conversation_id",
        "conversations",
        words={"subject": "", "thread_x_id": ""},
        plain=("state", "priority", "held_for"),
    ),
    of(
        "messages",
        *_TICKET,
        words={"text": "", "raw": {}, "thread_x_id": ""},
        plain=(
            "x_id",
            "latest_x_id",
            "in_reply_to_x_id",
            "quoted_x_id",
            "channel",
            "kind",
            "language",
            "emptied_reason",
        ),
        why="posts' ids stay: by them a post that X shows again is known for erased",
    ),
    of("message_versions", "message_id", "messages", words={"text": ""}, plain=("x_id",)),
    of("attachments", "message_id", "messages", removed=True),
    of(
        "seen_posts",
        "author_x_id",
        BY_X_ID,
        words=dict.fromkeys(("text", "name", "username", "author_x_id"), ""),
        plain=("x_id", "thread_x_id", "emptied_reason"),
    ),
    of(
        "passed_posts",
        "author_x_id",
        BY_X_ID,
        words={"raw": {}, "username": "", "author_x_id": "", "thread_x_id": ""},
        plain=("x_id", "reason", "in_reply_to_x_id"),
    ),
    of("intake_refusals", "raw", SPECIAL, words={"raw": ""}, plain=("stream", "digest", "reason")),
    of("deliveries", "body", SPECIAL, words={"body": b""}, plain=("state", "event_type", "reason")),
    of(
        "replies",
        *_TICKET,
        words={"body": "", "promised_words": ""},
        plain=("signature", "key"),
        unshown=("key",),
    ),
    of(
        "reply_parts",
        "reply_id",
        "replies",
        words={"text": "", "reason": ""},
        plain=("state", "x_id", "lease_owner", "after_x_id"),
        unshown=("lease_owner", "after_x_id", "reason"),
    ),
    of("reply_images", "reply_id", "replies", removed=True, unshown=("data", "x_media_id")),
    of("acknowledgements", "reply_id", "replies"),
)
_DONE = (
    of("notes", *_TICKET, words={"text": ""}),
    of("mentions", "note_id", "notes", unshown=None, why="which colleague a note names"),
    of("ticket_tags", *_TICKET, plain=("name",), why="what a ticket was about stays as a figure"),
    of(
        "ticket_events",
        *_TICKET,
        plain=("kind", "data"),
        unshown=("data",),
        why="ids, tags and names of colleagues; words we named a time with go, see erasing.py",
    ),
    of("ticket_links", *_TICKET),
    of("terms_changes", *_TICKET, plain=("carry", "why")),
    of(
        "promises",
        *_TICKET,
        words={"told_words": ""},
        plain=("kind", "earlier_hours", "withdrawn_reason"),
    ),
    of(
        "pauses",
        *_TICKET,
        words={"reason": ""},
        only_if="agent_id",
        why="only what a lead typed is emptied: the others are codes",
    ),
    of("alerts", *_TICKET, plain=("level", "outcome"), unshown=None, why="told to colleagues"),
    of("alert_notices", "alert_id", "alerts", unshown=None, why="told to colleagues"),
    of("alert_posts", "alert_id", "alerts", unshown=None, why="ids only"),
    of("thread_fetches", *_TICKET, plain=("problem",), unshown=None, why="when X was asked"),
    of(
        "attempts",
        "part_id",
        "reply_parts",
        words={"detail": ""},
        plain=("outcome",),
        unshown=("detail",),
        why="X's answers, and reasons of colleagues",
    ),
    of("retractions", "part_id", "reply_parts", words={"reason": ""}, plain=("refused",)),
    of(
        "guard_overrides",
        "reply_id",
        "replies",
        words={"reason": ""},
        plain=("kind",),
        unshown=None,
        why="what a colleague said of their own words",
    ),
    of("charges", "reply_id", "replies", plain=("kind",), unshown=None, why="what X charged us"),
    of(
        "approvals",
        "reply_id",
        "replies",
        words={"before": "", "word": ""},
        plain=("reasons", "outcome"),
        unshown=None,
        why="what was not sent, and what colleagues said of it; rules and tags stay",
    ),
    of(
        "approval_notices",
        "approval_id",
        "approvals",
        plain=("kind",),
        unshown=None,
        why="told to colleagues",
    ),
    of(
        "reviews",
        "reply_id",
        "replies",
        words={"good": "", "idea": ""},
        plain=("verdict",),
        unshown=None,
        why="what colleagues said of each other's words; the verdict stays as a figure",
    ),
    of(
        "review_answers",
        "review_id",
        "reviews",
        words={"text": ""},
        unshown=None,
        why="what colleagues said of each other's words",
    ),
    of("review_notices", "review_id", "reviews", unshown=None, why="told to colleagues"),
    of(
        "incident_tickets",
        *_TICKET,
        plain=("batch",),
        unshown=None,
        why="which incident of ours a ticket belonged to",
    ),
    of(
        "wave_answers",
        "customer_id",
        "customers",
        plain=("state", "passed_why"),
        unshown=None,
        why="that they were answered with others; the words are those of the reply",
    ),
    of("picks", "message_id", "messages", plain=("answer_id", "shown")),
    of("kept_drafts", *_TICKET, removed=True, unshown=None, why="not sent, nor decided"),
    of(
        "handover_memos",
        "text",
        SPECIAL,
        words={"text": ""},
        unshown=None,
        why="among colleagues, for 90 days; lines that name a customer go with them",
    ),
    of(
        "search_entries",
        "customer_id",
        SPECIAL,
        words={"words": "", "grams": None},
        plain=("kind", "channel"),
    ),
    of(
        "prospects",
        "author_x_id",
        BY_X_ID,
        words={
            "text": "",
            "raw": {},
            "body": "",
            "phrase": "",
            "sent_text": "",
            "name": "",
            "username": "",
        }
        | {"followers": None, "thread_x_id": "", "in_reply_to_x_id": "", "author_x_id": MARK},
        plain=("post_x_id", "sent_x_id", "language", "state", "skip_reason", "emptied_reason"),
        why="posts' ids stay: by them a post that a search shows again is known for erased",
    ),
    of("prospect_events", "prospect_id", "prospects", plain=("kind", "data")),
    of(
        "compliance_entries",
        "x_id",
        BY_X_ID,
        words={"x_id": MARK},
        plain=("kind", "reason", "noticed_by"),
    ),
    of(
        "subscriptions",
        "subject_x_id",
        BY_X_ID,
        words={"subject_x_id": MARK},
        plain=("event_type", "x_id", "problem"),
    ),
)
_NONE = (
    *(nothing(name, _DESK) for name in ("answer_edits", "calendars", "calendar_feeds")),
    *(nothing(name, _DESK) for name in ("service_levels", "alert_rules", "alert_webhooks")),
    *(nothing(name, _DESK) for name in ("guard_words", "intake_policies", "sharing_rules")),
    *(nothing(name, _DESK) for name in ("saved_views", "teams", "translators", "terms_edits")),
    *(nothing(name, _DESK) for name in ("approval_rules", "house_rules", "account_limits")),
    *(nothing(name, _DESK) for name in ("crises", "crisis_protocols")),
    *(nothing(name, _PEOPLE) for name in ("agents", "sign_ins", "invitations", "second_steps")),
    *(nothing(name, _PEOPLE) for name in ("recovery_codes", "sign_in_failures", "passkeys")),
    *(nothing(name, _PEOPLE) for name in ("known_elsewhere", "account_grants", "digest_orders")),
    *(nothing(name, _PEOPLE) for name in ("rules_confirmations", "handover_readers")),
    *(nothing(name, _DESK) for name in ("offers", "offer_wordings", "listenings")),
    *(nothing(name, _DESK) for name in ("lexicon_words", "listening_reads")),
    *(nothing(name, _DESK) for name in ("outreach_switches", "outreach_policies")),
    nothing("digest_sendings", "which letters went to colleagues; their figures are not kept"),
    nothing("spent_challenges", "digests of answered questions, for minutes"),
    *(nothing(name, _X) for name in ("accounts", "x_apps", "cursors", "holes")),
    nothing("waves", "words for everybody, and who agreed to them"),
    nothing("wave_texts", "words for everybody, with blanks for names"),
    nothing("incident_templates", _DESK),
    nothing("audit_entries", "ids only; a chain that is never changed"),
    nothing("batches", "ids of tickets, to undo a deed on several"),
    nothing("compliance_checks", "how far the nightly look has come"),
    nothing("heartbeats", "which processes are alive"),
    nothing("retention_policies", _DESK),
    nothing("incidents", "what went wrong at ours; written by colleagues"),
    nothing("incident_events", "what colleagues did in an incident; ids of tickets"),
    nothing("notices", "what our accounts announced to everybody"),
    nothing("retention_runs", "how many things went, no more"),
    nothing("search_fillings", "how far the index is filled"),
    *(nothing(name, _DESK) for name in ("spike_rules", "watched_words")),
    nothing("spike_counts", "how many people, by word and quarter of an hour"),
    nothing("spike_watches", "how far counting has come"),
    nothing("spikes", "how many people, ids of messages, and words that many people say in public"),
    nothing("spike_posts", "which addresses outside were told of a spike"),
    nothing("spike_notices", "which colleagues were told of a spike"),
    nothing("tallies", "counts by day"),
)
HOLDINGS: Mapping[str, Holding] = {
    holding.table: holding for holding in (*_CUSTOMERS, *_SAID, *_DONE, *_NONE)
}
"""Parents stand before their children."""


def reached_from(root: str) -> list[Holding]:
    """Holdings whose rows belong to a row of `root`, itself among them, parents first."""
    found = {root}
    for holding in HOLDINGS.values():
        if holding.parent in found:
            found.add(holding.table)
    return [holding for holding in HOLDINGS.values() if holding.table in found]
