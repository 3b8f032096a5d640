"""Nothing a lead typed is lost or becomes markup; headings, lists and paragraphs are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.house.wording import Block, Kind, blocks


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("# 守ること", [Block(Kind.TITLE, ("守ること",))], id="a title"),
        pytest.param("### 細則", [Block(Kind.HEADING, ("細則",))], id="a lesser heading"),
        pytest.param("#12 を見る", [Block(Kind.PARAGRAPH, ("#12 を見る",))], id="a ticket is none"),
        pytest.param(
            "- 一\n・二\n* 三", [Block(Kind.BULLETS, ("一", "二", "三"))], id="one list, any sign"
        ),
        pytest.param("1. 保留\n２．連絡", [Block(Kind.STEPS, ("保留", "連絡"))], id="steps"),
        pytest.param(
            "一行\n二行\n\n三行",
            [Block(Kind.PARAGRAPH, ("一行", "二行")), Block(Kind.PARAGRAPH, ("三行",))],
            id="a blank line parts paragraphs",
        ),
        pytest.param("-12度", [Block(Kind.PARAGRAPH, ("-12度",))], id="a minus is no bullet"),
        pytest.param("<b>", [Block(Kind.PARAGRAPH, ("<b>",))], id="markup stays words"),
    ],
)
def test_the_page_follows_the_lines(text, found):
    assert blocks(text) == found


@given(st.text(st.sampled_from("あ #-*・1.<\n　"), max_size=80))
def test_no_word_is_lost_and_none_is_made_up(text):
    def words(letters):
        return [it for it in letters if it in "あ<"]

    shown = "".join(line for block in blocks(text) for line in block.lines)
    assert words(shown) == words(text)
