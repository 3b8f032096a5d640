"""Pictures and films of X, fetched by the desk: a browser asks nobody but us.

Whoever may read a ticket may see what is attached to it. Films pass on the part a player asks for.
"""

from dataclasses import dataclass

import structlog
from flask import Blueprint, Response, abort, current_app, request
from flask_babel import gettext
from sqlalchemy import select

from support.conversations.records import Attachment, Conversation, Customer, Message
from support.db import db
from support.desk import the_desk
from support.web import errors
from support.x.errors import Meaning, XError
from support.x.media import File, NotShown
from support.x.records import Account

pages = Blueprint("media", __name__)
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
}
KEPT = "private, max-age=300"
"""Short: what X takes back leaves the browsers' own stores as well."""
ALONE = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""What a browser may do with a file that is opened by itself: show it."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Wanted:
    """A file of X, and the account that may see it there."""

    name: str
    url: str
    account: Account


@pages.get("/media/<int:attachment_id>")
def attachment(attachment_id: int) -> Response:
    """A picture or film of a message; `preview`: the still of a film."""
    row = db.session.execute(
        select(Attachment, Account)
        .join(Message, Message.id == Attachment.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Attachment.id == storable_number(attachment_id), Message.emptied_at.is_(None))
    ).one_or_none()
    if row is None:
        return not_shown(404)
    found, account = row
    still = "preview" in request.args or not found.url
    url = found.preview_url or found.url if still else found.url
    return passed_on(Wanted(f"media-{found.id}", url, account))


@pages.get("/avatars/<int:customer_id>")
def avatar(customer_id: int) -> Response:
    """A customer's picture. Without one the coloured sign beneath it is seen."""
    first = select(Account).order_by(Account.id).limit(1)
    person = db.session.get(Customer, storable_number(customer_id))
    account = db.session.scalar(first)
    if person is None or account is None or not person.avatar_url:
        return Response(status=404)
    return passed_on(Wanted(f"avatar-{person.id}", person.avatar_url, account))


def storable_number(number: int) -> int:
    """An id both databases can look for."""
    if number >= 2**31:
        abort(404)
    return number


def passed_on(wanted: Wanted) -> Response:
    """The file as X gives it. The database is let go before X is asked."""
    desk, name = the_desk(), wanted.name
    try:
        client = desk.x.for_account(wanted.account)
        db.session.rollback()
        part = request.headers.get("Range", "")
        file = client.file(wanted.url, limit=desk.settings.media_limit, part=part)
    except NotShown as why:
        log.warning("media_not_shown", file=name, why=str(why))
        return not_shown(404)
    except XError as error:
        log.warning("media_not_fetched", file=name, status=error.status)
        return not_shown(404 if error.meaning is Meaning.REFUSED else 502)
    return _streamed(file, f"{name}.{ENDINGS[file.kind]}")


def _streamed(file: File, name: str) -> Response:
    response = Response(file.pieces, file.status, mimetype=file.kind)
    response.call_on_close(file.close)
    response.headers["Cache-Control"] = KEPT
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Content-Security-Policy"] = ALONE
    response.headers.update(file.headers)
    if file.length is not None:
        response.content_length = file.length
    return response


def not_shown(status: int) -> Response:
    """A sign in a picture's place; a sentence for whoever opened the file by itself."""
    if request.endpoint == "media.avatar":
        return Response(status=status)
    if request.headers.get("Sec-Fetch-Dest", "image") in ("image", "video"):
        response = current_app.send_static_file("no-picture.svg")
        response.status_code = status
        response.headers["Cache-Control"] = "no-store"
        return response
    return errors.answer(
        status,
        title=gettext("画像または動画を表示できません"),
        advice=gettext("Xから消えたか、今は取得できません。Xの画面で確かめてください。"),
    )
