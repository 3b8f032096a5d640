"""The pictures and films a post came with, as rows of its message."""

from support.conversations.records import Attachment, Message
from support.db import storable
from support.x.posts import Media, Post


def attach(message: Message, post: Post) -> None:
    """Notes where X keeps the media of `post`; what a newer version left out goes.

    What X named only by its key cannot be shown and is left out.
    """
    known = {attachment.media_key: attachment for attachment in message.attachments}
    shown = {media.key[:40]: media for media in post.media if media.url or media.preview_url}
    message.attachments = [
        _filled(known.get(key) or Attachment(media_key=key), media) for key, media in shown.items()
    ]


def _filled(attachment: Attachment, media: Media) -> Attachment:
    attachment.kind = media.kind[:14]
    attachment.url, attachment.preview_url = storable(media.url), storable(media.preview_url)
    attachment.alt = storable(media.alt)
    attachment.width, attachment.height = media.width, media.height
    return attachment
