"""The story's posts are put onto the sandbox X first, ours too, so that every link leads there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from support.errors import N_, DeskError

Row = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One post or direct message to be put onto X."""

    ref: str
    private: bool
    author: str
    """Username."""
    text: str
    at: datetime
    in_reply_to_ref: str | None = None
    to: str | None = None
    """Username of the recipient of a direct message of ours."""
    names_us: bool = False


def put_on_x(base_url: str, people: list[Row], said: list[Said], run: str) -> dict[str, str]:
    """Ids by ref, after the sandbox took everything at once; raises DeskError with its reason.

    `run` keeps the refs of one load apart from those of another.
    """
    items: list[Mapping[str, Any]] = [{"kind": "user", **person} for person in people]
    items += [_item(one, run) for one in sorted(said, key=lambda one: one.at)]
    answer = httpx.post(f"{base_url}/sandbox/api/story", json=items, timeout=60)
    if answer.status_code != 201:
        raise DeskError("the sandbox did not take the story: %(why)s", why=answer.text[:300])
    made = answer.json()[len(people) :]
    in_order = sorted(said, key=lambda one: one.at)
    return {one.ref: item["id"] for one, item in zip(in_order, made, strict=True)}


def _item(one: Said, run: str) -> Row:
    common: Row = {
        "ref": f"{run}:{one.ref}",
        "text": one.text,
        "created_at": one.at.isoformat(),
    }
    if one.private:
        to = {"to": {"username": one.to}} if one.to else {}
        return {"kind": "dm", "sender": {"username": one.author}, **to, **common}
    reply = {"in_reply_to_ref": f"{run}:{one.in_reply_to_ref}"} if one.in_reply_to_ref else {}
    mention = {"mention": True} if one.names_us else {}
    return {"kind": "post", "author": {"username": one.author}, **reply, **mention, **common}


def say(base_url: str, *, by: str, name: str, text: str) -> None:
    """One person of the sandbox writes to the desk's account; raises DeskError if it cannot."""
    person = {"username": by, "name": name}
    order = {"author": person, "text": text, "mention": True}
    try:
        answer = httpx.post(f"{base_url}/sandbox/api/posts", json=order, timeout=10)
    except httpx.HTTPError:
        raise DeskError(N_("練習用のXが応答しません。動いているか確かめてください。")) from None
    if answer.status_code not in (200, 201):
        raise DeskError(N_("練習用のXが投稿を受け取りませんでした：%(why)s"), why=answer.text[:200])
