"""Direct messages to read. X looks back thirty days and knows no since_id."""

from datetime import timedelta

from flask import request

from support.sandbox import messages, parameters, served, vocabulary
from support.sandbox.api import linking
from support.sandbox.api.door import Answer, account, blueprint, endpoint
from support.sandbox.ground import ground

REACH = timedelta(days=30)


@blueprint.get("/2/dm_events")
@endpoint("dm_events")
def events() -> Answer:
    return _events(None)


@blueprint.get("/2/dm_conversations/with/<participant_id>/dm_events")
@endpoint("dm_conversations/with/:id/dm_events")
def events_with(participant_id: str) -> Answer:
    return _events(parameters.identifier("participant_id", participant_id))


def _events(other: int | None) -> Answer:
    """Newest first. Nobody joins or leaves a conversation of two, so only messages exist."""
    parameters.only(request.args, vocabulary.DM_LIST)
    fields, shape = parameters.dm_shape(request.args)
    page, kinds = parameters.page(request.args), parameters.event_types(request.args)
    since = ground().clock() - REACH
    with ground().store.writing() as db:
        found = (
            messages.of(db, account().id, page, since, other) if "MessageCreate" in kinds else []
        )
        if other is None and found:
            served.note(db, account().id, "dms", found[0].id)
        return linking.message_list(db, account(), found, fields, shape, page.size)
