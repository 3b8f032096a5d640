"""Whatever is sent, the sandbox answers in X's form and goes on."""

from typing import Any

import pytest

from tests.sandbox.stage import Stage

HUGE = "9" * 40
PATHS = (
    "/2/tweets/{}", "/2/users/{}", "/2/users/{}/mentions", "/2/users/{}/tweets", "/2/dm_events/{}",
    "/2/dm_conversations/{}/dm_events", "/2/dm_conversations/with/{}/dm_events",
    "/2/dm_conversations/media/1/{}/x", "/1.1/ton/data/dm/{}/1/x.png", "/sandbox/files/{}.png",
    "/sandbox/files/{}-preview.png", "/sandbox/faces/{}_normal.png",
    "/sandbox/compliance/{}/x/results", "/sandbox/messages/files/{}.png",
)  # fmt: skip
WRITES = (
    "/2/tweets", "/2/dm_conversations", "/2/dm_conversations/with/5/messages", "/2/media/upload",
    "/2/media/upload/initialize", "/2/media/upload/5/append", "/2/media/upload/5/finalize",
    "/2/media/metadata", "/2/users/5/dm/block", "/2/oauth2/token", "/2/oauth2/revoke",
)  # fmt: skip
BODIES: dict[str, Any] = {
    "nothing": None,
    "list": [],
    "null": {"text": None, "media": None, "id": None, "message": None},
    "deep": {"metadata": {"alt_text": "x"}, "reply": {}, "media": {"media_ids": [[]]}},
    "odd ids": {"media": {"media_ids": [HUGE]}, "id": HUGE, "participant_ids": [HUGE, "x"]},
    "odd kinds": {"media_category": [], "conversation_type": {}, "attachments": [1], "text": "a"},
    "odd numbers": {"media_category": "tweet_gif", "total_bytes": -1, "segment_index": "²"},
    "odd edit": {"text": "a", "edit_options": {"previous_post_id": HUGE}},
}


@pytest.mark.parametrize("value", [HUGE, "0", "-1", "１", "%00", "a b"])
def test_no_path_breaks_it(stage: Stage, value: str) -> None:
    for path in PATHS:
        assert stage.api.get(path.format(value)).status_code < 500, path


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_no_body_breaks_it(stage: Stage, body: Any) -> None:
    for path in WRITES:
        answer = stage.api.post(path, json=body)
        assert answer.status_code in (200, 400, 401, 403), f"{path}: {answer.text}"
    assert stage.api.put("/2/tweets/5/hidden", json=body).status_code in (200, 400)
    token = {"Authorization": "Bearer sandbox-bearer"}
    answer = stage.api.post("/2/compliance/jobs", json=body, headers=token)
    assert answer.status_code == 400


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_no_order_breaks_it(stage: Stage, body: Any) -> None:
    for path in ("accounts", "apps", "switches", "faults", "faults/seed"):
        assert stage.control.post(path, json=body).status_code in (200, 400), path
    assert stage.control.patch("posts/5", json=body).status_code == 400
