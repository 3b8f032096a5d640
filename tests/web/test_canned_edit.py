"""Leads write the answers; what is written is never lost, and nobody's change is written over."""

import re

import pytest

from tests.web.forms import PART, Browser

SLOW = """---
id: slow
title: 速度が遅い
asked_as:
  - ネットが遅いです
tags: [速度]
---
ルーターの再起動をお試しください。
"""
FORM = {
    "title": "速度が遅い",
    "folder": "接続",
    "questions": "ネットが遅いです\n夜に止まる",
    "tags": "速度、夜",
    "channel": "public",
    "answer": "ルーターの再起動をお試しください。",
    "language": "ja",
}


@pytest.fixture
def file(shelf_dir):
    (shelf_dir / "接続").mkdir()
    path = shelf_dir / "接続" / "slow.md"
    path.write_text(SLOW, encoding="utf-8")
    return path


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


@pytest.fixture
def form(lead, file):
    """The form as the page gives it, with one's own words in it."""

    def filled(**words):
        page = lead.get("/canned/slow/edit")
        return {**FORM, "seen": re.search(r'name="seen" value="([^"]*)"', page)[1], **words}

    return filled


@pytest.mark.parametrize("path", ["/canned/new", "/canned/slow/edit", "/canned/removed"])
def test_agents_read_and_leads_write(misaki, file, path):
    assert misaki.get(path).status_code == 403
    page = misaki.get("/canned/slow").text
    assert "/canned/slow/edit" not in page
    assert Browser(misaki).post("/canned/slow/remove", 403, seen="x")
    assert file.exists()


def test_a_change_is_in_the_file_on_the_page_and_in_the_history(lead, form, file):
    page = lead.post("/canned/slow/edit", **form(answer="LANケーブルでお試しください。"))
    assert "LANケーブルでお試しください。" in page
    text = file.read_text("utf-8")
    assert "LANケーブルでお試しください。" in text
    assert "  - 夜に止まる\ntags: [速度, 夜]\nchannel: public\n" in text
    told = lead.get("/canned/slow/history")
    assert "高橋" in told
    assert "<del>ルーターの再起動をお試しください。</del>" in told


def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(lead, form, file):
    words = form(title="", answer="{nobody}さん", questions="？！\nもとの言い方", owner="私")
    page = lead.post("/canned/slow/edit", 422, **words)
    for field in ("title", "answer", "questions"):
        assert f'id="{field}-error"' in page
    assert "{nobody} は使えません" in page
    assert "もとの言い方" in page
    assert 'value="私"' in page
    assert file.read_text("utf-8") == SLOW


def test_a_change_made_meanwhile_is_shown_beside_and_not_written_over(lead, form, file):
    mine = form(answer="私の文です。")
    theirs = SLOW.replace("再起動", "初期化")
    file.write_text(theirs, "utf-8")
    page = lead.post("/canned/slow/edit", 409, **mine)
    assert "<del>ルーターの初期化をお試しください。</del>" in page
    assert "<ins>私の文です。</ins>" in page
    assert "私の文です。</textarea>" in page
    assert file.read_text("utf-8") == theirs
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    lead.post("/canned/slow/edit", **{**mine, "seen": seen})
    assert "私の文です。" in file.read_text("utf-8")


def test_an_answer_that_went_meanwhile_can_be_saved_as_new(lead, form, file):
    mine = form()
    file.unlink()
    page = lead.post("/canned/slow/edit", 409, **mine)
    assert re.search(r'name="seen" value=""', page)
    lead.post("/canned/slow/edit", **{**mine, "seen": ""})
    assert file.exists()


def test_a_new_answer_gets_its_id_from_its_title(lead, shelf_dir):
    page = lead.post("/canned/new", **FORM)
    assert "速度が遅い" in page
    assert (shelf_dir / "接続" / "速度が遅い.md").exists()
    lead.post("/canned/new", **FORM)
    assert (shelf_dir / "接続" / "速度が遅い-2.md").exists()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        pytest.param({"id": "slow"}, "id", id="a taken id"),
        pytest.param({"id": "try"}, "id", id="the name of a page"),
        pytest.param({"id": "a/b"}, "id", id="a path for an id"),
        pytest.param({"folder": "../up"}, "folder", id="out of the shelf"),
        pytest.param({"folder": "_drafts"}, "folder", id="where the shelf does not look"),
        pytest.param({"valid_until": "いつか"}, "valid_until", id="no day"),
        pytest.param(
            {"valid_from": "2026-02-02", "valid_until": "2026-02-01"}, "valid_until", id="days"
        ),
        pytest.param({"channel": "fax"}, "channel", id="no channel"),
        pytest.param({"variant": ["よい文", "{who}"]}, "variant-1", id="a variant"),
        pytest.param({"answer": "{{ticket.id}} です"}, "answer", id="a blank of another tool"),
    ],
)
def test_a_new_answer_with_a_fault_is_not_written(lead, file, shelf_dir, words, field):
    page = lead.post("/canned/new", 422, **{**FORM, **words})
    assert f'id="{field}-error"' in page
    assert list(shelf_dir.rglob("*.md")) == [file]


def test_one_more_variant_comes_without_script_and_nothing_is_saved(lead, form, file):
    page = lead.post("/canned/slow/edit", **form(do="add", variant=["一つ目", ""], title="別"))
    assert page.count('name="variant"') == 3
    assert "一つ目</textarea>" in page
    assert 'value="別"' in page
    assert file.read_text("utf-8") == SLOW


def test_variants_are_saved_without_the_empty_ones(lead, form, file):
    lead.post("/canned/slow/edit", **form(variant=["一行目\r\n二行目", " ", "別の文"]))
    assert "variants:\n  - |-\n    一行目\n    二行目\n  - 別の文\n" in file.read_text("utf-8")


def test_another_category_moves_the_file(lead, form, file, shelf_dir):
    lead.post("/canned/slow/edit", **form(folder="速度/夜"))
    assert [p.relative_to(shelf_dir).as_posix() for p in shelf_dir.rglob("*.md")] == [
        "速度/夜/slow.md"
    ]


def test_an_answer_is_taken_away_and_put_back(lead, form, file):
    lead.post("/canned/slow/remove", seen=form()["seen"])
    assert not file.exists()
    page = lead.get("/canned/removed")
    assert "速度が遅い" in page
    back = re.search(r'action="(/canned/edits/\d+/before)"', page)[1]
    lead.post(back)
    assert file.read_text("utf-8") == SLOW
    assert "取り下げた回答はありません" in lead.get("/canned/removed")


def test_an_answer_that_changed_is_not_taken_away_unseen(lead, form, file):
    seen = form()["seen"]
    file.write_text(SLOW.replace("遅い", "遅すぎる"), "utf-8")
    lead.post("/canned/slow/remove", 409, seen=seen)
    assert file.exists()


def test_any_version_comes_back_also_one_from_beside_the_desk(lead, form, file):
    lead.post("/canned/slow/edit", **form(answer="二つ目"))
    page = lead.get("/canned/slow/history")
    assert "ファイルから" in page
    lead.post(re.search(r'action="(/canned/edits/\d+/before)"', page)[1])
    assert file.read_text("utf-8") == SLOW
    file.write_text(SLOW.replace("再起動", "初期化"), "utf-8")
    assert "この画面の外で変更" in lead.get("/canned/slow/history")


def test_agents_may_not_bring_a_version_back(misaki, lead, form, file):
    lead.post("/canned/slow/edit", **form(answer="二つ目"))
    page = misaki.get("/canned/slow/history").text
    assert "二つ目" in page
    assert "/canned/edits/" not in page
    Browser(misaki).post("/canned/edits/1/before", 403)


def test_a_shelf_that_cannot_be_written_is_a_sentence_and_the_words_stay(lead, form, file):
    words = form(folder="接続/slow.md/x", answer="私の文")
    page = lead.post("/canned/slow/edit", 422, **words)
    assert "同じ名前のファイル" in page
    assert "私の文</textarea>" in page


def test_lengths_are_shown_with_the_longest_signature_while_writing(lead, file):
    fields = {**FORM, "answer": "あ" * 139, "variant": ["い" * 200]}
    page = lead.client.post(
        "/canned/weigh",
        data={**fields, "csrf_token": re.search(r'csrf_token" value="([^"]+)', lead.get("/me"))[1]},
        headers=PART,
    ).text
    assert "<html" not in page
    assert "284／280字" in page  # 278, a space, ^佐藤
    assert "2投稿に分かれます" in page
    assert "$0.025" in page  # an answer to a mention, and a post behind it


def test_history_of_nothing_is_not_found(lead, file):
    lead.get("/canned/nothing/history", 404)
    lead.get("/canned/nothing/edit", 404)


@pytest.mark.parametrize(
    ("show", "found"),
    [
        ("", {"slow", "old"}),
        ("expired", {"old"}),
        ("review", {"old"}),
        ("few", {"slow"}),
        ("nonsense", {"slow", "old"}),
    ],
)
def test_the_list_is_cut_to_what_wants_a_look(lead, file, show, found):
    phrasings = "\n".join(f"  - 言い方{n}" for n in "一二三")
    text = f"valid_until: 2020-01-01\nreview_by: 2020-01-01\nasked_as:\n{phrasings}"
    old = SLOW.replace("slow", "old").replace("asked_as:\n  - ネットが遅いです", text)
    file.with_name("old.md").write_text(old, "utf-8")
    page = lead.get(f"/canned?show={show}")
    assert {name for name in ("slow", "old") if f'href="/canned/{name}"' in page} == found
