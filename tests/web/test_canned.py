"""The shelf of prepared answers, to read."""

import pytest

SLOW = """---
title: 速度が遅い
asked_as:
  - ネットが遅いです
tags: [速度]
channel: public
---
ルーターの再起動をお試しください。
"""
DM_ONLY = """---
title: ご本人の確認
asked_as: [本人確認とは]
channel: dm
---
<b>お名前</b>をお知らせください。
"""


@pytest.fixture
def answers(shelf_dir):
    for folder, name, text in (("接続", "slow", SLOW), ("個人情報", "who", DM_ONLY)):
        (shelf_dir / folder).mkdir()
        (shelf_dir / folder / f"{name}.md").write_text(text, encoding="utf-8")


def test_answers_stand_in_their_folders(misaki, answers):
    page = misaki.get("/canned").text
    page = page[page.index('id="shelf-list"') :]
    assert (
        page.index("個人情報")
        < page.index("ご本人の確認")
        < page.index("接続")
        < page.index("速度が遅い")
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("ルーター", {"slow"}, id="in the answer"),
        pytest.param("ﾙｰﾀｰ", {"slow"}, id="half-width kana"),
        pytest.param("ネット 遅い", {"slow"}, id="all words, in a phrasing"),
        pytest.param("個人情報", {"who"}, id="the folder"),
        pytest.param("ルーター 本人", set(), id="one word missing"),
        pytest.param("！？", set(), id="signs only"),
        pytest.param("  ", {"slow", "who"}, id="nothing"),
    ],
)
def test_every_word_asked_for_occurs(misaki, answers, asked, found):
    page = misaki.get("/canned", query_string={"q": asked}).text
    assert {name for name in ("slow", "who") if f'href="/canned/{name}"' in page} == found


def test_a_search_swaps_the_list_alone(misaki, answers):
    part = misaki.get("/canned?q=x", headers={"HX-Request-Type": "partial", "HX-Request": "true"})
    assert "<html" not in part.text
    assert "当てはまる定型回答はありません" in part.text


def test_an_answer_is_shown_whole_and_as_text(misaki, answers):
    page = misaki.get("/canned/who").text
    assert "&lt;b&gt;お名前&lt;/b&gt;をお知らせください。" in page
    assert "本人確認とは" in page


def test_an_answer_that_is_gone_is_a_calm_page(misaki):
    assert misaki.get("/canned/gone").status_code == 404


@pytest.mark.parametrize(("who", "seen"), [("misaki", False), ("ryo", True)])
def test_faults_of_the_shelf_are_for_leads(cast, signed_in, shelf_dir, who, seen):
    (shelf_dir / "broken.md").write_text("no front matter", encoding="utf-8")
    assert ("broken.md" in signed_in(getattr(cast, who)).get("/canned").text) is seen
