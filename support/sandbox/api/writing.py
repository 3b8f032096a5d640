"""Creating, deleting and hiding posts; sending and blocking direct messages."""

from typing import Any

from flask import request

from support.sandbox import (
    bodies,
    messages,
    messaging,
    parameters,
    people,
    posts,
    problems,
    publishing,
    rules,
    uploading,
)
from support.sandbox.api.door import Answer, account, blueprint, endpoint
from support.sandbox.api.messages import talk
from support.sandbox.ground import ground
from support.sandbox.payloads import shown_text
from support.sandbox.world import Message


def _body() -> Any:
    return bodies.json_object(request.get_data())


@blueprint.post("/2/tweets")
@endpoint("create_post", status=201)
def create() -> Answer:
    draft, media_ids = bodies.draft(_body(), ground().weigh)
    now, switches = ground().clock(), ground().switches
    with ground().store.writing() as db:
        media = uploading.fit_to_carry(db, account(), media_ids, "tweet", now)
        draft = bodies.with_media(draft, media)
        post = publishing.post_through_api(db, account(), draft, now, ground().weigh, switches)
        versions = [str(version) for version in posts.versions(db, post)]
    return {
        "data": {
            "id": str(post.id),
            "text": shown_text(post),
            "edit_history_tweet_ids": versions,
        }
    }


@blueprint.delete("/2/tweets/<id>")
@endpoint("delete_post")
def delete(id: str) -> Answer:
    """Deleting one's own post twice is no error."""
    with ground().store.writing() as db:
        post = posts.by_id(db, parameters.identifier("id", id))
        if post is None:
            return {"errors": [problems.not_found("tweet", "id", id)]}
        if post.author_id != account().id:
            raise problems.forbidden(rules.NOT_YOUR_POST)
        posts.delete(db, post.id)
    return {"data": {"deleted": True}}


@blueprint.put("/2/tweets/<id>/hidden")
@endpoint("hide_reply")
def hide(id: str) -> Answer:
    """A reply in a conversation that our account began."""
    hidden = bodies.hidden(_body())
    with ground().store.writing() as db:
        post = posts.by_id(db, parameters.identifier("id", id))
        root = posts.by_id(db, post.conversation_id) if post else None
        if post is None or post.deleted:
            return {"errors": [problems.not_found("tweet", "id", id)]}
        if root is None or root.author_id != account().id or post.id == root.id:
            raise problems.forbidden(rules.NOT_YOURS_TO_HIDE)
        posts.hide(db, post.id, hidden)
    return {"data": {"hidden": hidden}}


@blueprint.post("/2/dm_conversations/with/<participant_id>/messages")
@endpoint("send_dm", status=201)
def send(participant_id: str) -> Answer:
    return _send(parameters.identifier("participant_id", participant_id), None)


@blueprint.post("/2/dm_conversations/<dm_conversation_id>/messages")
@endpoint("send_dm", status=201)
def send_in(dm_conversation_id: str) -> Answer:
    which = talk(dm_conversation_id)
    return _send(which.other or -1, which.group)


def _send(recipient_id: int, group_id: int | None) -> Answer:
    words, media_ids = bodies.message(_body())
    now = ground().clock()
    with ground().store.writing() as db:
        media = uploading.fit_to_carry(db, account(), media_ids, "dm", now)
        if group_id is not None:
            return _sent(messaging.send_to_group(db, account(), group_id, words, media, now))
        person = people.by_id(db, recipient_id)
        return _sent(messaging.send(db, account(), person, words, media, now))


@blueprint.post("/2/dm_conversations")
@endpoint("send_dm", status=201)
def open_group() -> Answer:
    others, message = bodies.group(_body())
    words, media_ids = bodies.message(message)
    now = ground().clock()
    with ground().store.writing() as db:
        media = uploading.fit_to_carry(db, account(), media_ids, "dm", now)
        group_id = messaging.open_group(db, account(), others, now)
        return _sent(messaging.send_to_group(db, account(), group_id, words, media, now))


def _sent(message: Message) -> Answer:
    conversation_id = message.conversation_id
    return {"data": {"dm_conversation_id": conversation_id, "dm_event_id": str(message.id)}}


@blueprint.post("/2/users/<id>/dm/block")
@endpoint("dm_block")
def block(id: str) -> Answer:
    return _set_block(id, True)


@blueprint.post("/2/users/<id>/dm/unblock")
@endpoint("dm_block")
def unblock(id: str) -> Answer:
    return _set_block(id, False)


def _set_block(value: str, blocked: bool) -> Answer:
    with ground().store.writing() as db:
        person = people.by_id(db, parameters.identifier("id", value))
        if person is None:
            return {"errors": [problems.not_found("user", "id", value)]}
        change = messages.block if blocked else messages.unblock
        change(db, account().id, person.id)
    return {"data": {"blocked": blocked}}
