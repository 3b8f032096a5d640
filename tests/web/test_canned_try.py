"""この文なら何が出る？ The page says what a ticket would show, and why it would show nothing."""

import re
from datetime import date

import pytest

from support.canned.likeness import Suggestion
from support.canned.replies import CannedReply
from support.web.canned.canned_try import outcome
from tests.canned.school import POST, School, shelf_in
from tests.web.forms import PART

ANSWERS = {
    "slow": "title: 夜に遅い\nasked_as: [夜になると遅い, 夜だけ速度が出ない]\nchannel: public",
    "bill": "title: 請求額\nasked_as: [請求額が高い, 料金が先月より高い]",
    "old": "title: 停電のお知らせ\nasked_as: [停電で使えない]\nvalid_until: 2020-01-01",
    "who": "title: 本人確認\nasked_as: [本人確認のしかた]\nchannel: dm",
}


@pytest.fixture
def answers(shelf_dir):
    for name, head in ANSWERS.items():
        (shelf_dir / f"{name}.md").write_text(f"---\n{head}\n---\n本文 {name}\n", "utf-8")


def test_the_best_answers_stand_in_order_with_the_phrase_and_the_marked_words(misaki, answers):
    page = misaki.get("/canned/try", query_string={"q": "夜になると遅いです"}).text
    assert 'href="/canned/slow"' in page
    assert "候補に出ます" in page
    assert "夜になると遅い" in page[page.index("似た言い方") :]
    assert "<mark>" in page


def test_silence_is_said_in_words(misaki, answers):
    assert "共通する言葉のある回答がありません" in misaki.get("/canned/try?q=xyzzy").text


@pytest.mark.parametrize(
    ("asked", "channel", "says"),
    [
        ("停電で使えない", "public", "期限切れ（2020-01-01まで）"),
        ("本人確認のしかた", "public", "DM専用の回答"),
        ("夜になると遅い", "dm", "公開返信専用の回答"),
    ],
)
def test_an_answer_that_fits_but_may_not_be_offered_says_why(misaki, answers, asked, channel, says):
    page = misaki.get("/canned/try", query_string={"q": asked, "channel": channel}).text
    assert says in page[page.index("合うけれど、今は出さない回答") :]


def test_a_part_is_swapped_alone_and_an_empty_box_asks_nothing(misaki, answers):
    part = misaki.get("/canned/try?q=", headers=PART).text
    assert "<html" not in part
    assert "候補に出" not in part


@pytest.mark.parametrize("asked", ["😀" * 300, "a" * 30_000, "<script>alert(1)</script> 遅い"])
def test_any_text_is_answered_and_shown_as_text(misaki, answers, asked):
    answer = misaki.get("/canned/try", query_string={"q": asked})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_phrasings_of_an_answer_lead_here(misaki, answers):
    page = misaki.get("/canned/who").text
    assert "/canned/try?q=" in page
    assert "channel=dm" in page


class OneIdea:
    """A shelf whose matcher ranks one answer and offers none."""

    def matcher(self, channel="both", on=None, language=None):
        return self

    def suggest(self, text, limit=3):
        return []

    def rank(self, text, limit=3):
        return [Suggestion(CannedReply("a", "題"), 0.04, "言い方", ((0, 1),))]


def test_what_is_only_ranked_is_told_from_what_is_offered():
    found = outcome(OneIdea(), OneIdea(), "文", "public", date(2026, 1, 1))
    assert [(it.offered, it.bars) for it in found.ranked] == [(False, 1)]
    assert found.offered == 0


def best(page):
    """The id of the answer that stands first."""
    return re.search(r'href="/canned/(\w+)"', page[page.index("近い順") :])[1]


def test_what_agents_taught_an_account_counts(misaki, session, cast, clock, shelf_dir):
    school = School(session, shelf_in(shelf_dir), cast, clock, cast.account)
    assert best(misaki.get("/canned/try", query_string={"q": POST}).text) == "slow"
    school.picks(6, "stop")
    clock.forward(minutes=5)
    page = misaki.get("/canned/try", query_string={"q": POST, "account": cast.account.id}).text
    assert best(page) == "stop"
