"""Creating and deleting posts, sending direct messages."""

from typing import Any

from flask import request

from support.sandbox import bodies, parameters, people, posting, posts, problems, rules, text
from support.sandbox.api.door import Answer, account, blueprint, endpoint
from support.sandbox.ground import ground
from support.sandbox.payloads import shown_text


def _body() -> Any:
    return bodies.json_object(request.get_data())


@blueprint.post("/2/tweets")
@endpoint("create_post", status=201)
def create() -> Answer:
    draft = bodies.draft(_body(), ground().weigh)
    now = ground().clock()
    with ground().store.writing() as db:
        post = posting.post_through_api(
            db, account(), draft, now, ground().weigh, ground().duplicate_window
        )
    identity = str(post.id)
    return {
        "data": {"id": identity, "text": shown_text(post), "edit_history_tweet_ids": [identity]}
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


@blueprint.post("/2/dm_conversations/with/<participant_id>/messages")
@endpoint("send_dm", status=201)
def send(participant_id: str) -> Answer:
    words = bodies.message_text(_body())
    recipient_id = parameters.identifier("participant_id", participant_id)
    with ground().store.writing() as db:
        person = people.by_id(db, recipient_id)
        if person is None or person.id == account().id:
            raise problems.forbidden(rules.DM_REFUSED)
        if not posting.receives_dm(db, person, account()):
            raise problems.forbidden(rules.DM_REFUSED)
        sent = posting.message(db, account(), person, text.clean(words), ground().clock())
    return {"data": {"dm_conversation_id": sent.conversation_id, "dm_event_id": str(sent.id)}}
