"""Who was reviewed, or answered in a review, is told of it by the bell and a list."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session, joinedload

from support.alerts.records import ReviewNotice
from support.db import changed
from support.review.records import Review


def tell(session: Session, review: Review, agent_id: int | None, now: datetime) -> bool:
    """One line for each review and colleague, however often something is said; the newest counts.

    False where there is nobody to tell.
    """
    if agent_id is None:
        return False
    session.flush()
    its = select(ReviewNotice).where(
        ReviewNotice.review_id == review.id, ReviewNotice.agent_id == agent_id
    )
    notice = session.scalar(its)
    if notice is None:
        session.add(ReviewNotice(review_id=review.id, agent_id=agent_id, at=now, seen_at=None))
    else:
        notice.at, notice.seen_at = now, None
    return True


def unseen() -> ColumnElement[int]:
    """In how many reviews something was said to `:agent_id` that they have not seen."""
    return (
        select(func.count(ReviewNotice.id))
        .where(ReviewNotice.agent_id == bindparam("agent_id"), ReviewNotice.seen_at.is_(None))
        .scalar_subquery()
    )


def told(session: Session, agent_id: int, limit: int) -> list[ReviewNotice]:
    """What somebody was told, the latest first."""
    theirs = (
        select(ReviewNotice)
        .where(ReviewNotice.agent_id == agent_id)
        .options(
            joinedload(ReviewNotice.review).joinedload(Review.lead),
            joinedload(ReviewNotice.review).joinedload(Review.agent),
        )
    )
    return list(
        session.scalars(
            theirs.order_by(ReviewNotice.at.desc(), ReviewNotice.id.desc()).limit(limit)
        )
    )


def newest_unseen(session: Session, agent_id: int) -> ReviewNotice | None:
    """What a browser's notification speaks of."""
    theirs = select(ReviewNotice).where(
        ReviewNotice.agent_id == agent_id, ReviewNotice.seen_at.is_(None)
    )
    return session.scalars(
        theirs.order_by(ReviewNotice.at.desc(), ReviewNotice.id.desc()).limit(1)
    ).first()


def unseen_among(session: Session, agent_id: int, reviews: list[int]) -> set[int]:
    """Which of these reviews hold something they have not seen."""
    theirs = select(ReviewNotice.review_id).where(
        ReviewNotice.agent_id == agent_id,
        ReviewNotice.seen_at.is_(None),
        ReviewNotice.review_id.in_(reviews),
    )
    return set(session.scalars(theirs)) if reviews else set()


def see(session: Session, agent_id: int, now: datetime, *, review_id: int | None = None) -> int:
    """All of it was seen, else what was said in one review; how many that were."""
    theirs = update(ReviewNotice).where(
        ReviewNotice.agent_id == agent_id, ReviewNotice.seen_at.is_(None)
    )
    if review_id is not None:
        theirs = theirs.where(ReviewNotice.review_id == review_id)
    return changed(session, theirs.values(seen_at=now))
