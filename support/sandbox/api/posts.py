"""Posts to read: timelines, recent search, look-up."""

import sqlite3
from datetime import timedelta
from itertools import islice

from flask import request

from support.sandbox import (
    counting,
    parameters,
    people,
    posts,
    problems,
    searching,
    served,
    snowflakes,
    vocabulary,
)
from support.sandbox.api import linking
from support.sandbox.api.door import Answer, blueprint, endpoint, names, viewer
from support.sandbox.ground import ground
from support.sandbox.world import Post, User

SEARCH_REACH = timedelta(days=7)


@blueprint.get("/2/users/<id>/mentions")
@endpoint("users/:id/mentions")
def mentions(id: str) -> Answer:
    parameters.only(request.args, names().shape | vocabulary.WINDOW)
    shape = parameters.post_shape(request.args, names())
    window = parameters.window(request.args, 5, 10)
    with ground().store.writing() as db:
        person = people.by_id(db, parameters.identifier("id", id))
        error = _closed(person, id)
        if error or person is None:
            return {"errors": [error]}
        found = posts.mentioning(db, person.id, window)
        _note_served(db, person, found)
        return linking.post_list(db, viewer(), found, shape, window.size)


def _closed(person: User | None, value: str) -> Answer | None:
    """The `errors` entry for a timeline that cannot be read; None for one that can."""
    error = linking.absent(person, "id", value)
    watcher = viewer()
    own = watcher is not None and person is not None and watcher.id == person.id
    if error is None and person and person.protected and not own:
        return problems.not_visible("id", value, "user")
    return error


def _note_served(db: sqlite3.Connection, person: User, found: list[Post]) -> None:
    """Our account has read up to the newest of these, or before already up to `since_id`."""
    watcher = viewer()
    if watcher and person.id == watcher.id:
        since = request.args.get("since_id", "0")
        newest = max([parameters.identifier("since_id", since), *(post.id for post in found)])
        served.note(db, person.id, "mentions", newest)


@blueprint.get("/2/users/<id>/tweets")
@endpoint("users/:id/tweets")
def timeline(id: str) -> Answer:
    parameters.only(request.args, names().shape | vocabulary.WINDOW | {"exclude"})
    shape = parameters.post_shape(request.args, names())
    window = parameters.window(request.args, 5, 10)
    excluded = parameters.excluded(request.args)
    with ground().store.reading() as db:
        person = people.by_id(db, parameters.identifier("id", id))
        error = _closed(person, id)
        if error or person is None:
            return {"errors": [error]}
        found = posts.written_by(db, person.id, window, excluded)
        return linking.post_list(db, viewer(), found, shape, window.size)


@blueprint.get("/2/tweets/search/recent")
@endpoint("tweets/search/recent")
def search() -> Answer:
    own = {"query", "sort_order", "next_token"}
    parameters.only(request.args, names().shape | vocabulary.WINDOW | own)
    shape = parameters.post_shape(request.args, names())
    window = parameters.window(request.args, 10, 10)
    matches = searching.parse(request.args.get("query", ""))
    reach = snowflakes.first_id(snowflakes.milliseconds(ground().clock() - SEARCH_REACH))
    parameters.within_reach(request.args, reach)
    with ground().store.reading() as db:
        candidates = posts.visible_between(db, max(window.after, reach), window.before)
        matching = (post for post in candidates if not post.reposted and matches(_found(db, post)))
        found = list(islice(matching, window.size + 1))
        return linking.post_list(db, viewer(), found, shape, window.size)


@blueprint.get("/2/tweets/counts/recent")
@endpoint("tweets/counts/recent")
def count() -> Answer:
    """How many a search would find; X adds that its own figures may differ from what it shows."""
    args = request.args
    parameters.only(args, vocabulary.WINDOW - {"max_results"} | vocabulary.COUNTING)
    granularity, shown = parameters.counting(args)
    window = parameters.window(args, 10, 10)
    matches = searching.parse(args.get("query", ""))
    now = ground().clock()
    reach = snowflakes.first_id(snowflakes.milliseconds(now - SEARCH_REACH))
    parameters.within_reach(args, reach)
    begins = snowflakes.time_of(max(window.after, reach))
    unbound = window.before == snowflakes.LARGEST
    ends = now + timedelta(seconds=1) if unbound else snowflakes.time_of(window.before)
    with ground().store.reading() as db:
        candidates = posts.visible_between(db, max(window.after, reach - 1), window.before)
        moments = [
            snowflakes.time_of(post.id)
            for post in candidates
            if not post.reposted and matches(_found(db, post))
        ]
    found = counting.buckets(moments, begins, max(ends, begins), granularity)
    total = sum(bucket["tweet_count"] for bucket in found)
    data = [{name: value for name, value in it.items() if name in shown} for it in found]
    return {"data": data, "meta": {"total_tweet_count": total}}


def _found(db: sqlite3.Connection, post: Post) -> searching.Found:
    involved = people.by_ids(db, [post.author_id, post.in_reply_to_user or post.author_id])
    author = involved[post.author_id]
    return searching.Found(post, author, involved.get(post.in_reply_to_user or 0))


@blueprint.get("/2/tweets")
@endpoint("tweets")
def look_up() -> Answer:
    parameters.only(request.args, names().shape | {"ids"})
    shape = parameters.post_shape(request.args, names())
    shown, errors = [], []
    with ground().store.reading() as db:
        for value in parameters.many(request.args, "ids"):
            post = posts.by_id(db, parameters.identifier("ids", value))
            error = linking.unseen(db, viewer(), post, "ids", value)
            if error:
                errors.append(error)
            elif post:
                shown.append(post)
        answer = linking.linked(db, viewer(), shown, shape)
    errors += answer.pop("errors", [])
    return answer | ({"errors": errors} if errors else {})


@blueprint.get("/2/tweets/<id>")
@endpoint("tweets/:id")
def single(id: str) -> Answer:
    parameters.only(request.args, names().shape)
    shape = parameters.post_shape(request.args, names())
    with ground().store.reading() as db:
        post = posts.by_id(db, parameters.identifier("id", id))
        error = linking.unseen(db, viewer(), post, "id", id)
        if error or post is None:
            return {"errors": [error]}
        answer = linking.linked(db, viewer(), [post], shape)
    return answer | {"data": answer["data"][0]}
