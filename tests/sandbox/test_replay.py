"""A posts file becomes life on the sandbox: every good line once, every bad one named."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.sandbox import pacing, replay
from tests.sandbox.stage import DESK_ID, MORNING, Stage

AUTHOR = {"id": "900400", "username": "reidai_400", "name": "こはる", "followers": 52}
OWN_ID = {"id": str(DESK_ID), "username": "other_name", "name": "窓口"}
OWN_NAME = {"id": "5", "username": "Hikari_Care", "name": "窓口"}


def line(number: int, **changes: Any) -> dict[str, Any]:
    plain = {
        "id": str(number),
        "created_at": "2011-08-29T03:20:05Z",
        "author": AUTHOR,
        "text": f"@hikari_care {number}",
        "kind": "mention",
    }
    return {key: value for key, value in (plain | changes).items() if value is not None}


def write(path: Path, *lines: Any) -> Path:
    raw = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in lines]
    path.write_bytes(b"\n".join(raw) + b"\n")
    return path


class Feeding:
    def __init__(self, stage: Stage, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.stage, self.folder, self.capsys = stage, folder, capsys

    def __call__(self, *lines: Any, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """Exit code, last line, and what was reported."""
        path = write(self.folder / "posts.jsonl", *lines)
        code = replay.main([str(path), "--url", self.stage.url, *options])
        out, err = self.capsys.readouterr()
        return code, out.strip().splitlines()[-1], err


@pytest.fixture
def feed(stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Feeding:
    return Feeding(stage, tmp_path, capsys)


def test_people_threads_and_kinds_are_kept(feed: Feeding, stage: Stage) -> None:
    code, counts, errors = feed(
        line(1), line(2, in_reply_to="1"), line(3, kind="dm", text="内緒です")
    )
    assert (code, counts, errors) == (0, "read 3 / accepted 3 / refused 0", "")
    found = stage.mentions(
        tweet_fields="conversation_id,referenced_tweets", expansions="author_id",
        user_fields="public_metrics",
    )  # fmt: skip
    second, first = found["data"]
    assert second["conversation_id"] == first["id"]
    assert second["referenced_tweets"] == [{"type": "replied_to", "id": first["id"]}]
    assert found["includes"]["users"][0]["id"] == AUTHOR["id"]
    assert found["includes"]["users"][0]["public_metrics"]["followers_count"] == 52
    assert stage.get("/2/dm_events")["data"][0]["text"] == "内緒です"


def test_posts_are_of_now(feed: Feeding, stage: Stage) -> None:
    feed(line(1))
    found = stage.mentions(tweet_fields="created_at")["data"][0]
    assert found["created_at"] == "2026-07-14T01:00:00.000Z"
    assert found["id"] != "1"


def test_a_text_without_our_handle_still_reaches_us(feed: Feeding, stage: Stage) -> None:
    feed(line(1, text="遅い"))
    found = stage.mentions(tweet_fields="display_text_range")["data"][0]
    assert found["text"] == "@hikari_care 遅い"
    assert found["display_text_range"][0] == 13


MALFORMED = {
    "not JSON": (b'{"id": ', "not JSON"),
    "not UTF-8": (b'{"id": "\xff"}', "not UTF-8"),
    "a list": (b"[1]", "not a JSON object"),
    "deep": (b"[" * 100_000, "not JSON"),
    "no id": (line(2, id=None), "id is missing"),
    "id of a number": (line(2) | {"id": 2}, "id is not a string"),
    "empty id": (line(2, id=" "), "id is empty"),
    "id used before": (line(1), "id was used by an earlier line"),
    "no text": (line(2, text=None), "text is missing"),
    "text of a number": (line(2, text=5), "text is not a string"),
    "text too long": (line(2, text="a" * 25_001), "X takes 25,000"),
    "dm too long": (line(2, text="a" * 10_001, kind="dm"), "X takes 10,000"),
    "no author": (line(2, author=None), "author is missing"),
    "author of a string": (line(2, author="me"), "author is missing or not an object"),
    "author without id": (line(2, author={"username": "a", "name": "b"}), "author.id is missing"),
    "author without name": (line(2, author={"id": "1", "username": "a"}), "author.name is missing"),
    "author id of a number": (line(2, author=AUTHOR | {"id": 5}), "author: id is not a string"),
    "odd username": (line(2, author=AUTHOR | {"username": "あ"}), "author.username"),
    "odd followers": (line(2, author=AUTHOR | {"followers": "many"}), "author: followers"),
    "username of another": (line(2, author=AUTHOR | {"id": "5"}), "belongs to another person"),
    "our own id": (line(2, author=OWN_ID), "own account"),
    "our own name": (line(2, author=OWN_NAME), "own account"),
    "no date": (line(2, created_at=None), "created_at is missing"),
    "bad date": (line(2, created_at="yesterday"), "created_at is not a date"),
    "no such day": (line(2, created_at="2026-02-30T00:00:00Z"), "created_at is not a date"),
    "no zone": (line(2, created_at="2026-02-01T00:00:00"), "created_at has no time zone"),
    "no kind": (line(2, kind=None), "kind is missing"),
    "unknown kind": (line(2, kind="fax"), "kind is neither"),
    "unknown parent": (line(2, in_reply_to="9"), "names no earlier line"),
    "parent of a number": (line(2, in_reply_to=1), "in_reply_to is not a string"),
    "parent of another kind": (line(2, in_reply_to="1", kind="dm"), "of another kind"),
}


@pytest.mark.parametrize(("bad", "reason"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_line_is_named_and_the_rest_goes_on(
    feed: Feeding, stage: Stage, bad: Any, reason: str
) -> None:
    code, counts, errors = feed(line(1), bad, line(3))
    assert (code, counts) == (0, "read 3 / accepted 2 / refused 1")
    assert errors.startswith("line 2: ")
    assert reason in errors
    assert len(errors.splitlines()) == 1
    assert len(stage.mentions()["data"]) == 2


def test_an_answer_to_a_refused_line_is_refused_for_that(feed: Feeding) -> None:
    _, counts, errors = feed(line(1, kind="fax"), line(2, created_at="x"), line(3, in_reply_to="2"))
    assert counts == "read 3 / accepted 0 / refused 3"
    assert errors.splitlines()[2].startswith("line 3: in_reply_to names")


ODD_TEXTS = {
    "empty": "",
    "blank": " \n\u3000",
    "25,000 characters": "長" * 25_000,
    "right to left": "\u202eمرحبا @hikari_care",
    "NUL": "a\0b",
    "lone surrogate": "a\ud800b",
    "HTML": "<script>alert(1)</script> &amp;",
    "emoji": "👩🏽‍🚀🏳️‍🌈",
}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_text_is_still_one_mention(feed: Feeding, stage: Stage, text: str) -> None:
    code, counts, _ = feed(line(1, text=text))
    assert (code, counts) == (0, "read 1 / accepted 1 / refused 0")
    assert len(stage.mentions(tweet_fields="note_tweet,entities")["data"]) == 1


def test_the_same_file_again_posts_nothing_twice(feed: Feeding, stage: Stage) -> None:
    lines = (line(1), line(2, in_reply_to="1"), line(3, kind="dm"))
    feed(*lines)
    _, counts, _ = feed(*lines, line(4, in_reply_to="2"))
    assert counts == "read 4 / accepted 4 / refused 0 / already 3"
    assert len(stage.mentions()["data"]) == 3
    assert len(stage.get("/2/dm_events")["data"]) == 1


def test_blank_lines_and_a_byte_order_mark_are_no_lines(feed: Feeding) -> None:
    _, counts, _ = feed(b"\xef\xbb\xbf" + json.dumps(line(1)).encode(), b"", b"  ", line(2))
    assert counts == "read 2 / accepted 2 / refused 0"


def read_on(stage: Stage, newest: str, seen: set[str]) -> str:
    """What the desk does at a poll: every page above the newest it knows."""
    start, token = newest, {}
    while True:
        page = stage.mentions(max_results=100, since_id=start, **token)
        found = [item["id"] for item in page.get("data", [])]
        seen.update(found)
        newest = max([newest, *found], key=int)
        if "next_token" not in page["meta"]:
            return newest
        token = {"pagination_token": page["meta"]["next_token"]}


def test_the_feeder_never_runs_further_ahead_than_x_would_show(feed: Feeding, stage: Stage) -> None:
    """A desk that reads only once the feeder has come to a halt still gets everything."""
    seen: set[str] = set()
    waited: list[int] = []
    done = threading.Event()

    def desk() -> None:
        newest = "1"
        while not done.is_set():
            waited.append(stage.control.get("state").json()["mentions"]["waiting"])
            if len(set(waited[-5:])) == 1:
                newest = read_on(stage, newest, seen)
        read_on(stage, newest, seen)

    reader = threading.Thread(target=desk)
    reader.start()
    _, counts, _ = feed(*(line(n) for n in range(600)))
    done.set()
    reader.join()
    assert counts == "read 600 / accepted 600 / refused 0"
    assert len(seen) == 600
    assert max(waited) <= pacing.MENTIONS_AHEAD


def test_a_desk_that_reads_nothing_ends_the_feeding_with_a_sentence(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps(line(n, kind="dm")).encode() for n in range(pacing.DMS_AHEAD + 1)]
    with httpx.Client(base_url=stage.url) as http:
        feeder = replay.Feeder(http, "posts.jsonl", patience=timedelta(seconds=0.3))
        assert replay.run(feeder, lines) == 1
    out, err = capsys.readouterr()
    assert out.strip() == "read 81 / accepted 80 / refused 0"
    assert "Feed the same file again" in err


class TestPace:
    @pytest.mark.parametrize(
        ("mentions", "dms", "kind", "full"),
        [(399, 0, "mention", 0), (400, 0, "mention", 1), (400, 0, "dm", 0), (0, 80, "dm", 1)],
        ids=["room", "full", "room for messages", "full of messages"],
    )
    def test_each_kind_has_its_own_room(
        self, mentions: int, dms: int, kind: str, full: int
    ) -> None:
        assert pacing.Ahead(mentions, dms).full(kind) is bool(full)

    @pytest.mark.parametrize(
        ("seconds", "speed", "wait"),
        [(60, 60, 1), (3600, 60, 5), (60, None, 0), (-60, 60, 0)],
        ids=["divided", "at most five", "no speed no pause", "never backwards"],
    )
    def test_pauses_shrink_with_the_speed(
        self, seconds: int, speed: float | None, wait: float
    ) -> None:

        after = MORNING + timedelta(seconds=seconds)
        assert pacing.gap(MORNING, after, speed) == timedelta(seconds=wait)
        assert pacing.gap(None, after, speed) == timedelta(0)


def test_a_missing_file_is_one_sentence(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay.main([str(tmp_path / "none.jsonl"), "--url", stage.url]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_no_sandbox_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "posts.jsonl", line(1))
    assert replay.main([str(path), "--url", "http://127.0.0.1:9"]) == 1
    assert "does not answer" in capsys.readouterr().err
