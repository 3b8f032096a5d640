"""The pages on which a person plays the customer."""

import re
from collections.abc import Iterator

import httpx
import pytest

from support.sandbox.samples import picture
from tests.sandbox.stage import CUSTOMER, OTHER, PLAIN_HTTP, Stage


@pytest.fixture
def page(stage: Stage) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stage.url, follow_redirects=True, verify=PLAIN_HTTP) as client:
        yield client


def test_an_empty_world_asks_for_a_customer(page: httpx.Client) -> None:
    answer = page.get("/")
    assert answer.status_code == 200
    assert "お客様を追加" in answer.text


def test_nothing_on_the_page_comes_from_elsewhere(page: httpx.Client, stage: Stage) -> None:
    stage.post("@hikari_care a")
    answer = page.get("/")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert page.get("/static/sandbox/sandbox.css").status_code == 200


def test_a_customer_is_made_and_chosen(page: httpx.Client) -> None:
    answer = page.post("/sandbox/people", data={"username": "@sample_hanako", "name": "見本はなこ"})
    assert answer.url.params["who"] == "sample_hanako"
    assert "見本はなこさんの投稿" in answer.text


@pytest.mark.parametrize("username", ["", "はなこ", "a" * 16, "hikari_care"])
def test_a_username_that_cannot_be_is_explained(page: httpx.Client, username: str) -> None:
    answer = page.post("/sandbox/people", data={"username": username})
    assert answer.status_code == 422
    assert "ユーザー名" in answer.text


def test_a_mention_written_here_reaches_the_desk(page: httpx.Client, stage: Stage) -> None:
    stage.control.post("users", json=CUSTOMER)
    page.post("/sandbox/posts", data={"who": "reidai_400", "text": "@hikari_care\r\n遅い"})
    assert stage.mentions()["data"][0]["text"] == "@hikari_care\n遅い"


def test_the_desks_answer_is_seen_and_answered(page: httpx.Client, stage: Stage) -> None:
    ours = stage.reply("承知しました", stage.post("@hikari_care 遅い")).json()["data"]["id"]
    assert "承知しました" in page.get("/?who=reidai_400").text
    form = {"who": "reidai_400", "text": "直りました", "in_reply_to": ours}
    assert "直りました" in page.post("/sandbox/posts", data=form).text
    assert stage.mentions()["data"][0]["text"] == "@hikari_care 直りました"


def test_messages_go_both_ways(page: httpx.Client, stage: Stage) -> None:
    stage.control.post("users", json=CUSTOMER)
    page.post("/sandbox/messages", data={"who": "reidai_400", "text": "契約番号です"})
    stage.api.post("/2/dm_conversations/with/900400/messages", json={"text": "拝見しました"})
    shown = page.get("/?who=reidai_400").text
    assert "契約番号です" in shown
    assert "拝見しました" in shown


def test_a_post_is_deleted_by_its_author_only(page: httpx.Client, stage: Stage) -> None:
    post = stage.post("@hikari_care 遅い")
    stage.reply("承知しました", post)
    stage.control.post("users", json=OTHER)
    page.post(f"/sandbox/posts/{post}/deletion", data={"who": OTHER["username"]})
    assert stage.mentions()["meta"]["result_count"] == 1
    page.post(f"/sandbox/posts/{post}/deletion", data={"who": "reidai_400"})
    assert stage.mentions()["meta"]["result_count"] == 0
    assert "この投稿は削除されました" in page.get("/?who=reidai_400").text


@pytest.mark.parametrize("target", ["9" * 19, "9" * 30, "x", "٣"])
def test_a_parent_that_cannot_be_is_no_crash(page: httpx.Client, stage: Stage, target: str) -> None:
    stage.control.post("users", json=CUSTOMER)
    form = {"who": "reidai_400", "text": "a", "in_reply_to": target, "thread": target}
    assert page.post("/sandbox/posts", data=form).status_code < 500
    assert page.post(f"/sandbox/posts/{target}/deletion", data=form).status_code < 500


def test_a_picture_goes_with_a_post_and_with_a_message(page: httpx.Client, stage: Stage) -> None:
    stage.control.post("users", json=CUSTOMER)
    shown = ""
    for path, text in (("posts", "@hikari_care これです"), ("messages", "これです")):
        form, files = {"who": "reidai_400", "text": text}, {"picture": ("a.png", picture(1, 9, 9))}
        shown = page.post(f"/sandbox/{path}", data=form, files=files).text
    assert stage.mentions(tweet_fields="attachments")["data"][0]["attachments"]["media_keys"]
    sources = re.findall(r'<img src="([^"]+)"', shown)
    assert len(sources) == 2
    for source in sources:
        assert page.get(source).headers["content-type"] == "image/png"
    answer = page.post(
        "/sandbox/posts", data={"who": "reidai_400", "text": "a"}, files={"picture": ("a", b"x")}
    )
    assert answer.status_code == 422
    assert "別の画像を選んでください" in answer.text


def test_a_post_is_edited_by_its_author_within_the_hour(page: httpx.Client, stage: Stage) -> None:
    post = stage.post("@hikari_care おそい")
    form = {"who": "reidai_400", "text": "@hikari_care 遅い"}
    shown = page.post(f"/sandbox/posts/{post}/edition", data=form).text
    assert "編集済み" in shown
    edited = stage.mentions()["data"][0]
    assert (edited["text"], edited["edit_history_tweet_ids"][0]) == ("@hikari_care 遅い", post)
    stage.clock.move(hours=1)
    again = page.post(f"/sandbox/posts/{edited['id']}/edition", data=form)
    assert again.status_code == 422
    assert "もう編集できません" in again.text


def test_nobody_plays_the_desk(page: httpx.Client) -> None:
    form = {"who": "hikari_care", "text": "なりすまし"}
    assert page.post("/sandbox/posts", data=form).status_code == 404


@pytest.mark.parametrize(("path", "kept"), [("posts", "あ" * 25_001), ("messages", "あ" * 10_001)])
def test_too_long_is_explained_and_kept(
    page: httpx.Client, stage: Stage, path: str, kept: str
) -> None:
    stage.control.post("users", json=CUSTOMER)
    answer = page.post(f"/sandbox/{path}", data={"who": "reidai_400", "text": kept})
    assert answer.status_code == 422
    assert "文字までにしてください" in answer.text
    assert kept in answer.text


@pytest.mark.parametrize("path", ["posts", "messages"])
def test_empty_is_explained(page: httpx.Client, stage: Stage, path: str) -> None:
    stage.control.post("users", json=CUSTOMER)
    answer = page.post(f"/sandbox/{path}", data={"who": "reidai_400", "text": " "})
    assert answer.status_code == 422
    assert "本文が空です" in answer.text


class TestPermalink:
    def test_shows_the_whole_thread(self, page: httpx.Client, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        ours = stage.reply("承知しました", first).json()["data"]["id"]
        shown = page.get(f"/hikari_care/status/{ours}").text
        assert "遅い" in shown
        assert "承知しました" in shown

    def test_the_id_alone_decides(self, page: httpx.Client, stage: Stage) -> None:
        assert page.get(f"/anybody/status/{stage.post('@hikari_care a')}").status_code == 200

    @pytest.mark.parametrize("number", ["1", "abc", "9" * 19, "9" * 30, "１"])
    def test_a_missing_post_is_said_so(self, page: httpx.Client, number: str) -> None:
        answer = page.get(f"/a/status/{number}")
        assert answer.status_code == 404
        assert "この投稿は見つかりません" in answer.text

    def test_a_profile_leads_to_its_person(self, page: httpx.Client, stage: Stage) -> None:
        stage.post("@hikari_care 遅い")
        assert "こはるさんの投稿" in page.get("/reidai_400").text
        assert "遅い" in page.get("/hikari_care").text
        assert page.get("/nobody").status_code == 404


def test_markup_in_text_is_shown_as_text(page: httpx.Client, stage: Stage) -> None:
    stage.post("@hikari_care <script>alert(1)</script>\0", CUSTOMER | {"name": "<b>太</b>"})
    shown = page.get("/").text
    assert "&lt;script&gt;" in shown
    assert "<b>" not in shown
