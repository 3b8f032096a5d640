"""A file's faults are named with their line; a sound file becomes an answer."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned import front_matter

SOUND = """---
id: slow-evening
title: 夜になると遅い
asked_as:
  - 夜になると激遅なんですけど
  - "毎晩21時: 動画が止まる"
tags: [速度, 混雑]
channel: public
valid_from: 2026-10-01
valid_until: 2027-03-31
owner: サポート品質チーム
review_by: 2027-01-31
---

ご不便をおかけし申し訳ございません。

{agent_name}
"""


def read(text, path="速度/slow.md"):
    return front_matter.read(path, text if isinstance(text, bytes) else text.encode())


def test_a_sound_file_becomes_an_answer():
    reply, faults = read(SOUND)
    assert faults == []
    assert reply.id == "slow-evening"
    assert reply.category == "速度"
    assert reply.questions == ("夜になると激遅なんですけど", "毎晩21時: 動画が止まる")
    assert reply.tags == ("速度", "混雑")
    assert (reply.channel, reply.language) == ("public", "ja")
    assert (reply.valid_from, reply.valid_until) == (date(2026, 10, 1), date(2027, 3, 31))
    assert reply.answer == "ご不便をおかけし申し訳ございません。\n\n{agent_name}"


def test_what_is_left_out_has_a_default():
    reply, faults = read("---\ntitle: 題\n---\n本文", path="a/b/short.md")
    assert faults == []
    assert (reply.id, reply.category, reply.channel) == ("short", "a/b", "both")
    assert (reply.questions, reply.tags, reply.valid_from) == ((), (), None)


def test_values_are_the_text_they_are_written_in():
    reply, _ = read("---\nid: 001\ntitle: no\nasked_as: 2026\n---\n本文")
    assert (reply.id, reply.title, reply.questions) == ("001", "no", ("2026",))


def test_windows_endings_and_a_byte_order_mark_do_no_harm():
    reply, faults = read(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert faults == []
    assert reply.title == "夜になると遅い"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("題\n", 1, "three dashes", id="no front matter"),
        pytest.param("", 1, "three dashes", id="an empty file"),
        pytest.param("---\ntitle: 題\n", 1, "never ends", id="unclosed"),
        pytest.param("---\n---\n本文", 2, "lines of the form", id="empty front matter"),
        pytest.param("---\n- 題\n---\n本文", 2, "lines of the form", id="a list for front matter"),
        pytest.param("---\ntitle: [題\n---\n本文", 2, "cannot be read", id="not YAML"),
        pytest.param(
            "---\ntitle: 題\naskedas: x\n---\n本文", 3, "did you mean asked_as", id="typo"
        ),
        pytest.param("---\ntitle: 題\nzzz: x\n---\n本文", 3, "known are", id="unknown key"),
        pytest.param("---\ntitle: 題\ntitle: 題\n---\n本文", 3, "second time", id="key twice"),
        pytest.param("---\nid: a\n---\n本文", None, "no title", id="no title"),
        pytest.param("---\ntitle: 題\nid: a b\n---\n本文", 3, "letters, digits", id="bad id"),
        pytest.param("---\ntitle: [題]\n---\n本文", 2, "one value", id="a list for a word"),
        pytest.param("---\ntitle: 題\ntags: {a: b}\n---\n本文", 3, "must be a list", id="no list"),
        pytest.param(
            "---\ntitle: 題\nasked_as:\n  - a\n  - b: c\n---\n本文", 5, "in quotes", id="a colon"
        ),
        pytest.param(
            "---\ntitle: 題\nasked_as:\n  - a\n  -\n---\n本文", 5, "is empty", id="empty phrasing"
        ),
        pytest.param(
            "---\ntitle: 題\nasked_as: [!!str ？]\n---\n本文", 3, "no letters", id="signs"
        ),
        pytest.param(
            "---\ntitle: 題\nchannel: X\n---\n本文", 3, "public, dm or both", id="channel"
        ),
        pytest.param("---\ntitle: 題\nlanguage: 日本語\n---\n本文", 3, "such as ja", id="language"),
        pytest.param(
            "---\ntitle: 題\nvalid_until: 2026-02-30\n---\n本文", 3, "write a day", id="no such day"
        ),
        pytest.param(
            "---\ntitle: 題\nvalid_from: 2026-02-02\nvalid_until: 2026-02-01\n---\n本文",
            4,
            "before valid_from",
            id="days the wrong way round",
        ),
        pytest.param("---\ntitle: 題\n---\n \n", 4, "answer is empty", id="no answer"),
        pytest.param("---\ntitle: 題\n---\n\n一\n{agent}", 6, "{agent} is unknown", id="blank"),
        pytest.param(
            "---\ntitle: 題\n---\n\x83\x81".encode("latin1", "replace"), 4, "UTF-8", id="sjis"
        ),
    ],
)
def test_a_fault_is_named_with_its_line(text, line, says):
    reply, faults = read(text)
    assert reply is None
    assert len(faults) == 1
    assert (faults[0].path, faults[0].line) == ("速度/slow.md", line)
    assert says in faults[0].sentence


VARIANTS = """---
title: 題
variants:
  - 別の言い方
  - |
    一行目

    二行目 {agent_name}
---
本文
"""


def test_variants_are_whole_texts_of_one_line_or_several():
    reply, faults = read(VARIANTS)
    assert faults == []
    assert reply.variants == ("別の言い方", "一行目\n\n二行目 {agent_name}")
    assert reply.texts == ("本文", *reply.variants)


@pytest.mark.parametrize(
    ("variants", "line", "says"),
    [
        pytest.param("  - 一\n  - {}", 5, "in quotes", id="a mapping"),
        pytest.param("  - 一\n  -", 5, "is empty", id="empty"),
        pytest.param("  - 一\n  - 二 {nobody}", 5, "{nobody} is unknown", id="an unknown blank"),
        pytest.param("  - |\n    一\n    二 {who}", 5, "{who} is unknown", id="in a block"),
    ],
)
def test_a_fault_of_a_variant_is_named_with_its_line(variants, line, says):
    reply, faults = read(f"---\ntitle: 題\nvariants:\n{variants}\n---\n本文")
    assert reply is None
    assert [(fault.line, says in fault.sentence) for fault in faults] == [(line, True)]


def test_all_faults_of_a_file_are_named_at_once():
    _, faults = read("---\nchannel: X\nlanguage: 日\n---\n{a}")
    assert len(faults) == 4
    assert str(faults[0]).startswith("速度/slow.md")


@given(st.binary(max_size=300) | st.text(st.characters(codec="utf-8")).map(str.encode))
def test_no_file_breaks_the_reading(raw):
    for bytes_ in (raw, b"---\n" + raw + b"\n---\nx", b"---\ntitle: " + raw + b"\n---\nx"):
        reply, faults = front_matter.read("a.md", bytes_)
        assert (reply is None) == bool(faults)
