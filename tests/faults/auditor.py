"""The auditor: holds what the desk did to what it promised. Each finding is a sentence with ids."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults import audit_inbox, audit_pressing, audit_sending
from tests.faults.case import Case
from tests.faults.facts import DeskFacts, XFacts

CHECKS = (
    audit_pressing.pressed_is_stored,
    audit_pressing.one_live_reply_a_message,
    audit_sending.nothing_is_out_twice,
    audit_sending.what_counts_as_posted_is_on_x,
    audit_sending.what_is_on_x_counts_as_posted,
    audit_pressing.what_stopped_says_why,
    audit_sending.parts_and_replies_are_in_order,
    audit_sending.retracted_posts_are_gone,
    audit_inbox.customers_posts_are_messages,
    audit_inbox.our_posts_are_no_messages,
    audit_inbox.promises_are_kept_by_accepted_replies,
)


@dataclass(frozen=True)
class Finding:
    kind: str
    """duplicate, lost, or otherwise wrong."""
    sentence: str


@dataclass(frozen=True)
class Audit:
    findings: list[Finding]
    parts: int
    posted_once: int
    stopped: Counter[str]
    """Parts that are not out, by why."""
    expected: int
    """What customers wrote to us, as X has it."""
    stored: int

    def count(self, kind: str) -> int:
        return sum(finding.kind == kind for finding in self.findings)


def audit(x: XFacts, desk: DeskFacts, ledger: Sequence[dict[str, Any]]) -> Audit:
    case = Case(x, desk, ledger)
    findings = [Finding(*found) for check in CHECKS for found in check(case)]
    stored = sum(not message.by_us for message in desk.messages)
    return Audit(findings, len(desk.parts), case.posted_once, case.stopped, len(x.for_us), stored)
