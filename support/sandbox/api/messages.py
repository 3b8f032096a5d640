"""Direct messages to read. X looks back thirty days and knows no since_id."""

import re
from datetime import timedelta

from flask import Response, request

from support.sandbox import addresses, files, messages, parameters, problems, served
from support.sandbox.api import linking
from support.sandbox.api.door import Answer, account, blueprint, endpoint, names
from support.sandbox.ground import ground
from support.sandbox.messages import EVERY, Talk
from support.sandbox.world import Media

REACH = timedelta(days=30)


@blueprint.get("/2/dm_events")
@endpoint("dm_events")
def events() -> Answer:
    return _events(EVERY)


@blueprint.get("/2/dm_conversations/with/<participant_id>/dm_events")
@endpoint("dm_conversations/with/:id/dm_events")
def events_with(participant_id: str) -> Answer:
    return _events(Talk(other=parameters.identifier("participant_id", participant_id)))


@blueprint.get("/2/dm_conversations/<id>/dm_events")
@endpoint("dm_conversations/:id/dm_events")
def events_of(id: str) -> Answer:
    return _events(talk(id))


def talk(conversation_id: str) -> Talk:
    """The conversation of that name. Raises Problem (400)."""
    if not re.fullmatch(r"[0-9]{1,19}-[0-9]{1,19}|[0-9]{15,19}", conversation_id):
        raise problems.invalid_parameter(
            "id",
            conversation_id,
            f"The `id` query parameter value [{conversation_id}] does not match"
            " ^([0-9]{1,19}-[0-9]{1,19}|[0-9]{15,19})$",
        )
    numbers = [parameters.identifier("id", part) for part in conversation_id.split("-")]
    if len(numbers) == 1:
        return Talk(group=numbers[0])
    others = [number for number in numbers if number != account().id]
    # A conversation of two strangers has, for us, nobody in it.
    return Talk(other=others[0] if len(others) == 1 else -1)


def _events(which: Talk) -> Answer:
    """Newest first. Nobody joins or leaves a conversation of two, so only messages exist."""
    parameters.only(request.args, names().dm_list)
    fields, shape = parameters.dm_shape(request.args, names())
    page, kinds = parameters.page(request.args), parameters.event_types(request.args)
    since = ground().clock() - REACH
    with ground().store.writing() as db:
        found = (
            messages.of(db, account().id, page, since, which) if "MessageCreate" in kinds else []
        )
        if which == EVERY and found:
            served.note(db, account().id, "dms", found[0].id)
        return linking.message_list(db, account(), found, fields, shape, page.size)


@blueprint.get("/2/dm_events/<event_id>")
@endpoint("dm_events/:id")
def event(event_id: str) -> Answer:
    parameters.only(request.args, names().dm_shape)
    fields, shape = parameters.dm_shape(request.args, names())
    with ground().store.reading() as db:
        found = messages.seen_by(db, account().id, parameters.identifier("event_id", event_id))
        if found is None or found.created_at < ground().clock() - REACH:
            return {"errors": [problems.not_found("dm_event", "event_id", event_id)]}
        answer = linking.messages(db, account(), [found], fields, shape)
    return answer | {"data": answer["data"][0]}


@blueprint.delete("/2/dm_events/<event_id>")
@endpoint("delete_dm")
def delete_event(event_id: str) -> Answer:
    """Out of one's own sight; whoever else is in the conversation keeps it."""
    number = parameters.identifier("event_id", event_id)
    with ground().store.writing() as db:
        if messages.seen_by(db, account().id, number) is None:
            return {"errors": [problems.not_found("dm_event", "event_id", event_id)]}
        messages.delete(db, account().id, number)
    return {"data": {"deleted": True}}


@blueprint.get("/2/dm_conversations/media/<dm_id>/<media_id>/<resource_id>")
@endpoint("dm_media")
def media_of(dm_id: str, media_id: str, resource_id: str) -> Response:
    response = files.private(_carried(dm_id, media_id, resource_id), still=False)
    response.content_type = "application/octet-stream"
    return response


@blueprint.get("/1.1/ton/data/dm/<dm_id>/<media_id>/<resource>")
@endpoint("dm_media")
def file_of(dm_id: str, media_id: str, resource: str) -> Response:
    """The address in `includes.media`; its three ids are those of the endpoint above."""
    name = resource.partition(".")[0]
    still = name.endswith("-preview")
    return files.private(_carried(dm_id, media_id, name.removesuffix("-preview")), still)


def _carried(dm_id: str, media_id: str, resource_id: str) -> Media:
    message_id = parameters.identifier("dm_id", dm_id)
    wanted = parameters.identifier("media_id", media_id)
    with ground().store.reading() as db:
        found = messages.seen_by(db, account().id, message_id)
    for item in found.media if found else ():
        if item.id == wanted and addresses.resource(item.id) == resource_id:
            return item
    raise problems.generic(404, "Not Found", "Not Found")
