"""Pictures and films: uploaded, carried by posts and messages, served."""

import base64
from typing import Any

import httpx
import pytest

from support.sandbox.samples import film, picture
from tests.sandbox.stage import Stage

PICTURE = picture(3, 40, 30)
SEEN = {
    "expansions": "attachments.media_keys",
    "media_fields": "url,preview_image_url,alt_text,width,height,variants,duration_ms",
}


def upload(stage: Stage, category: str = "tweet_image", content: bytes = PICTURE) -> httpx.Response:
    form = {"media_category": category}
    files = {"media": ("a.png", content)}
    return stage.api.post("/2/media/upload", data=form, files=files)


def uploaded(stage: Stage, category: str = "tweet_image") -> str:
    answer = upload(stage, category)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["id"])


def post_with(stage: Stage, *ids: str, **body: Any) -> httpx.Response:
    return stage.api.post("/2/tweets", json={"media": {"media_ids": list(ids)}, **body})


def fetch(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers)


class TestUploading:
    def test_a_picture_in_one_call(self, stage: Stage) -> None:
        found = upload(stage).json()["data"]
        assert found["media_key"] == f"3_{found['id']}"
        assert found["size"] == len(PICTURE)
        assert found["expires_after_secs"] == 86_400

    def test_a_picture_as_base64_in_json(self, stage: Stage) -> None:
        content = base64.b64encode(PICTURE).decode()
        body = {"media": content, "media_category": "tweet_image"}
        assert stage.api.post("/2/media/upload", json=body).status_code == 200

    def test_a_film_in_pieces(self, stage: Stage) -> None:
        whole = film()
        start = {
            "media_category": "tweet_video", "media_type": "video/mp4", "total_bytes": len(whole),
        }  # fmt: skip
        place = "/2/media/upload"
        media_id = stage.api.post(f"{place}/initialize", json=start).json()["data"]["id"]
        for index, piece in ((1, whole[1000:]), (0, whole[:1000])):
            answer = stage.api.post(
                f"{place}/{media_id}/append",
                data={"segment_index": index},
                files={"media": ("piece", piece)},
            )
            assert answer.status_code == 200, answer.text
        ended = stage.api.post(f"{place}/{media_id}/finalize").json()["data"]
        assert ended["processing_info"]["state"] == "pending"
        status = stage.get(place, media_id=media_id, command="STATUS")["data"]
        assert status["processing_info"] == {"state": "succeeded", "progress_percent": 100}
        assert post_with(stage, media_id, text="動画です").status_code == 201

    @pytest.mark.parametrize(
        ("category", "content"),
        [
            ("tweet_image", b"hello"), ("tweet_image", b""), ("tweet_image", b"GIF89a" + b"0" * 20),
            ("tweet_image", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("tweet_video", PICTURE), ("nosuch", PICTURE), ("tweet_image", b"\xff\xd8\xff"),
            ("tweet_image", PICTURE + b"0" * 5 * 1024**2),
        ],
    )  # fmt: skip
    def test_what_is_no_picture_is_refused(
        self, stage: Stage, category: str, content: bytes
    ) -> None:
        assert upload(stage, category, content).status_code == 400


class TestPosting:
    def test_a_post_carries_up_to_four(self, stage: Stage) -> None:
        ids = [uploaded(stage) for _ in range(4)]
        created = post_with(stage, *ids, text="写真です").json()["data"]
        assert created["text"].startswith("写真です https://t.co/")
        found = stage.get(f"/2/tweets/{created['id']}", **SEEN, tweet_fields="entities")
        assert found["data"]["attachments"]["media_keys"] == [f"3_{value}" for value in ids]
        assert len(found["includes"]["media"]) == 4
        link = found["data"]["entities"]["urls"][0]
        assert created["text"][link["start"] : link["end"]] == link["url"]
        assert post_with(stage, *ids, ids[0] + "1", text="五枚").status_code == 400

    def test_a_picture_needs_no_words(self, stage: Stage) -> None:
        assert post_with(stage, uploaded(stage)).status_code == 201

    def test_its_alternative_text_is_kept(self, stage: Stage) -> None:
        media_id = uploaded(stage)
        body = {"id": media_id, "metadata": {"alt_text": {"text": "設定画面"}}}
        assert stage.api.post("/2/media/metadata", json=body).status_code == 200
        post = post_with(stage, media_id, text="a").json()["data"]["id"]
        assert stage.get(f"/2/tweets/{post}", **SEEN)["includes"]["media"][0]["alt_text"] == (
            "設定画面"
        )

    def test_an_upload_a_day_old_is_gone(self, stage: Stage) -> None:
        media_id = uploaded(stage)
        stage.clock.move(hours=24)
        answer = post_with(stage, media_id, text="a")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"] == "Your media IDs are invalid."

    def test_an_upload_is_its_owners(self, stage: Stage) -> None:
        media_id = uploaded(stage)
        stage.control.post("accounts", json={"username": "hikari_shop"})
        stage.api.headers["Authorization"] = "Bearer sandbox-hikari_shop"
        assert post_with(stage, media_id, text="a").status_code == 400

    def test_what_was_made_for_messages_is_not_for_posts(self, stage: Stage) -> None:
        assert post_with(stage, uploaded(stage, "dm_image"), text="a").status_code == 400


class TestSeeing:
    def test_a_customers_picture_is_served_with_its_size(self, stage: Stage) -> None:
        photo = {"type": "photo", "alt_text": "ルーター", "width": 64, "height": 48}
        stage.post("@hikari_care これです", media=[photo])
        shown = stage.mentions(**SEEN)["includes"]["media"][0]
        assert (shown["type"], shown["width"], shown["alt_text"]) == ("photo", 64, "ルーター")
        answer = fetch(shown["url"])
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")

    @pytest.mark.parametrize("kind", ["animated_gif", "video"])
    def test_films_have_a_still_and_an_mp4(self, stage: Stage, kind: str) -> None:
        stage.post("@hikari_care これです", media=[{"type": kind}])
        shown = stage.mentions(**SEEN)["includes"]["media"][0]
        assert "url" not in shown
        assert fetch(shown["preview_image_url"]).headers["content-type"] == "image/png"
        variant = shown["variants"][0]
        assert variant["content_type"] == "video/mp4"
        assert fetch(variant["url"]).content == film()

    def test_a_given_file_is_served_as_it_came(self, stage: Stage) -> None:
        content = base64.b64encode(PICTURE).decode()
        stage.post("@hikari_care これ", media=[{"type": "photo", "content": content}])
        shown = stage.mentions(**SEEN)["includes"]["media"][0]
        assert (shown["width"], fetch(shown["url"]).content) == (40, PICTURE)

    def test_a_face_is_served(self, stage: Stage) -> None:
        stage.post("@hikari_care a")
        user = stage.get("/2/users/900400", user_fields="profile_image_url")["data"]
        assert fetch(user["profile_image_url"]).content.startswith(b"\x89PNG")


class TestMessages:
    def test_a_picture_in_a_message_is_for_its_readers(self, stage: Stage) -> None:
        stage.dm("画面です", media=[{"type": "photo"}])
        found = stage.get("/2/dm_events", **SEEN)
        assert found["data"][0]["attachments"]["media_keys"]
        url = found["includes"]["media"][0]["url"]
        assert fetch(url).status_code == 401
        token = stage.api.headers["Authorization"]
        assert fetch(url, Authorization=token).headers["content-type"] == "image/png"
        place = "/".join(url.rsplit("/", 3)[1:]).removesuffix(".png")
        answer = stage.api.get(f"/2/dm_conversations/media/{place}")
        assert answer.headers["content-type"] == "application/octet-stream"
        stage.control.post("accounts", json={"username": "hikari_shop"})
        assert fetch(url, Authorization="Bearer sandbox-hikari_shop").status_code == 404

    def test_one_goes_out_with_or_without_words(self, stage: Stage) -> None:
        stage.dm("一")
        for body in ({}, {"text": "手順です"}):
            order = body | {"attachments": [{"media_id": uploaded(stage, "dm_image")}]}
            answer = stage.api.post("/2/dm_conversations/with/900400/messages", json=order)
            assert answer.status_code == 201, answer.text
        found = stage.get("/2/dm_events", **SEEN)
        assert len(found["includes"]["media"]) == 2

    def test_two_are_too_many(self, stage: Stage) -> None:
        stage.dm("一")
        items = [{"media_id": uploaded(stage, "dm_image")} for _ in range(2)]
        answer = stage.api.post(
            "/2/dm_conversations/with/900400/messages", json={"text": "a", "attachments": items}
        )
        assert answer.status_code == 400
