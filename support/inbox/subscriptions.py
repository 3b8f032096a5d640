"""What X is to push, beside what it says it does: what is missing, what is there for nothing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from support.x.app_client import DELETED, Subscribed


@dataclass(frozen=True)
class Wanted:
    """One kind of event for one person; without a person for what knows none."""

    event_type: str
    subject_x_id: str
    account_id: int | None
    """Our account whose events these are; None: somebody whose posts stand in a ticket."""


def missing(
    wanted: Iterable[Wanted], there: Iterable[Subscribed], webhook_x_id: str
) -> list[tuple[Wanted, Subscribed | None]]:
    """What is to be made, each with the one that goes to another webhook and need only move."""
    known = {(item.event_type, item.subject_x_id): item for item in there}
    found = [(one, known.get((one.event_type, one.subject_x_id))) for one in wanted]
    return [(one, item) for one, item in found if not item or item.webhook_x_id != webhook_x_id]


def surplus(
    wanted: Iterable[Wanted], there: Iterable[Subscribed], ours: Collection[str]
) -> list[Subscribed]:
    """Deletions of people whose tickets are all resolved; only what the desk itself made.

    What an account of ours no longer wants stays: it may be stopped for an hour only.
    """
    needed = {(one.event_type, one.subject_x_id) for one in wanted}
    return [
        item
        for item in there
        if item.event_type == DELETED
        and item.x_id in ours
        and (item.event_type, item.subject_x_id) not in needed
    ]
