"""Pictures of a reply on their way to X: uploaded when it is sent, since X keeps them for a day.

Nothing is posted here. Whatever goes wrong, the part may be tried again, and what X took already
is not uploaded a second time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from support.clock import Clock
from support.db import changed
from support.replies.images import Picture
from support.replies.records import ReplyImage, ReplyPart
from support.replies.states import PartState
from support.x.client import XClient
from support.x.errors import Meaning, XError

KEEPS = timedelta(hours=23)
"""How long X's id of an upload is used; X lets it go after a day."""


def records_of(pictures: Sequence[Picture]) -> list[ReplyImage]:
    return [
        ReplyImage(
            position=place,
            mime=it.mime,
            alt=it.alt,
            width=it.width,
            height=it.height,
            data=it.data,
        )
        for place, it in enumerate(pictures, start=1)
    ]


def enclosed(
    session: Session, part_id: int, client: XClient, clock: Clock, *, private: bool
) -> list[str]:
    """X's ids of what goes out with the part, uploaded now where X does not have it.

    Commits after each upload. Raises XError; NO_ANSWER never, for nothing was posted.
    """
    ids = []
    for image_id in _ids(session, part_id):
        image = session.get_one(ReplyImage, image_id)
        if not _kept(image, clock()):
            _upload(session, image_id, client, clock, private=private)
            image = session.get_one(ReplyImage, image_id)
        media_id, moves = image.x_media_id, image.mime == "image/gif"
        session.rollback()  # X is asked with no transaction open
        if moves:
            _finished(client, media_id, clock())
        ids.append(media_id)
    session.rollback()
    return ids


def _ids(session: Session, part_id: int) -> list[int]:
    """Pictures go out with the first part."""
    wanted = (
        select(ReplyImage.id)
        .join(ReplyPart, ReplyPart.reply_id == ReplyImage.reply_id)
        .where(ReplyPart.id == part_id, ReplyPart.position == 1)
        .order_by(ReplyImage.position)
    )
    return list(session.scalars(wanted))


def _kept(image: ReplyImage, now: datetime) -> bool:
    return image.uploaded_at is not None and now - image.uploaded_at < KEEPS


def _upload(
    session: Session, image_id: int, client: XClient, clock: Clock, *, private: bool
) -> None:
    image = session.get_one(ReplyImage, image_id, options=[undefer(ReplyImage.data)])
    data, mime, alt = image.data, image.mime, image.alt
    session.expunge(image)
    session.rollback()  # no transaction is held while X takes its time
    now = clock()
    try:
        media_id = client.upload_image(data, mime=mime, private=private)
        if alt:
            client.set_alt_text(media_id, alt)
    except XError as error:
        raise _before_posting(error) from error
    image = session.get_one(ReplyImage, image_id)
    image.x_media_id, image.uploaded_at = media_id, now
    session.commit()


def _finished(client: XClient, media_id: str, now: datetime) -> None:
    """A GIF that moves is worked on by X for a moment before it can be posted."""
    try:
        wait = client.upload_wait(media_id)
    except XError as error:
        raise _before_posting(error) from error
    if wait is not None:
        again = now + timedelta(seconds=wait)
        raise XError(Meaning.NOT_SENT, 0, "X is still at work on the GIF", again)


def _before_posting(error: XError) -> XError:
    """No answer to an upload leaves nothing in doubt: it is done again."""
    if error.meaning in (Meaning.NO_ANSWER, Meaning.DUPLICATE):
        return XError(Meaning.NOT_SENT, error.status, error.detail, error.retry_at)
    return error


def still_mine(
    session: Session, part_id: int, worker: str, now: datetime, lease: timedelta
) -> bool:
    """Takes the lease anew after a long upload; False: somebody took this worker for dead."""
    mine = changed(
        session,
        update(ReplyPart)
        .where(
            ReplyPart.id == part_id,
            ReplyPart.state == PartState.POSTING.value,
            ReplyPart.lease_owner == worker,
        )
        .values(lease_until=now + lease),
    )
    session.commit()
    return mine == 1


def forget(session: Session, part_id: int) -> None:
    """X refused the part: another try uploads its pictures anew."""
    reply_id = select(ReplyPart.reply_id).where(ReplyPart.id == part_id, ReplyPart.position == 1)
    changed(
        session,
        update(ReplyImage)
        .where(ReplyImage.reply_id.in_(reply_id))
        .values(x_media_id="", uploaded_at=None),
    )
