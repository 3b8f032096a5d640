"""Somebody a search found, with something in every field one can fill."""

from sqlalchemy.orm import Session

from support.outreach.records import Listening, Prospect, ProspectEvent
from support.x.posts import Person
from tests.cast import Cast
from tests.fakes import THURSDAY


def found_by_a_search(session: Session, cast: Cast, who: Person, marker: str) -> None:
    """A search found them, they were offered help, and that was told."""
    listening = Listening(
        account_id=cast.account.id, name="遅い", query="遅い", built={}, made_at=THURSDAY
    )
    session.add(listening)
    session.flush()
    prospect = Prospect(
        listening_id=listening.id,
        account_id=cast.account.id,
        post_x_id="34",
        author_x_id=who.x_id,
        username=who.username,
        name=who.name,
        followers=12,
        text=marker,
        thread_x_id="34",
        posted_at=THURSDAY,
        found_at=THURSDAY,
        raw={"author_id": who.x_id, "text": marker},
        state="seen",
        body=marker,
        sent_text=f"@{who.username} {marker}",
        sent_x_id="35",
        sent_at=THURSDAY,
    )
    session.add(prospect)
    session.flush()
    told = {"kind": "seen", "at": THURSDAY, "data": {}}
    session.add(ProspectEvent(prospect_id=prospect.id, **told))
