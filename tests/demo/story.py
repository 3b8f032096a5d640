"""The demo story as its files tell it, read without the loader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "support" / "demo"
Row = dict[str, Any]


def read_story() -> Row:
    files = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("story*.yaml"))]
    story: Row = {key: value for file in files for key, value in file.items()}
    story["conversations"] = [row for file in files for row in file.get("conversations", [])]
    return story


STORY = read_story()
CONVERSATIONS: list[Row] = STORY["conversations"]
CUSTOMERS: dict[str, Row] = {row["key"]: row for row in STORY["customers"]}
TEAM: dict[str, Row] = {row["key"]: row for row in STORY["team"]}
BY_KEY: dict[str, Row] = {row["key"]: row for row in CONVERSATIONS}


def events(**wanted: str) -> Iterator[tuple[Row, Row]]:
    for conversation in CONVERSATIONS:
        for event in conversation["events"]:
            if all((conversation | event).get(key) == value for key, value in wanted.items()):
                yield conversation, event


def posted(event: Row) -> bool:
    return bool(event["kind"] == "replies") and event.get("outcome", "posted") == "posted"


def owed(event: Row) -> bool:
    return bool(event["kind"] == "says") and event["who"] == "customer"


def state(conversation: Row) -> str:
    """Where the ticket stands after its last event."""
    now, answered = "new", False
    for event in conversation["events"]:
        if owed(event):
            now = "came back" if answered else "new"
        elif event["kind"] == "replies":
            now = "waiting" if posted(event) else "stuck"
            answered = answered or posted(event)
        elif event["kind"] in ("resolve", "snooze"):
            now = {"resolve": "resolved", "snooze": "held"}[event["kind"]]
    return now


def all_text() -> str:
    return "\n".join(path.read_text("utf-8") for path in FOLDER.glob("story*.yaml"))
