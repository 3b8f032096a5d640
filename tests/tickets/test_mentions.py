"""@ in a note: whom it names, among names that begin alike, and whom it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.tickets.mentions import Colleague, mentions

SATO = Colleague(1, "佐藤", "美咲", "MS", "misaki@hikari.example")
SATO_KEN = Colleague(2, "佐藤", "健太", "KS", "kenta.sato@hikari.example")
MORI = Colleague(3, "森", "一郎", "IM", "mori@hikari.example")
MORITA = Colleague(4, "森田", "葵", "AM", "aoi@hikari.example")
MORITANI = Colleague(5, "森谷", "", "MT", "moritani@hikari.example", working=False)
SMITH = Colleague(6, "Smith", "Jane", "JS", "jane@hikari.example")
ALL = (SATO, SATO_KEN, MORI, MORITA, MORITANI, SMITH)


def named(text):
    return [(it.words, [who.id for who in it.named]) for it in mentions(text, ALL)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@森さん、お願いします", [("森", [3])]),
        ("@森田さん、お願いします", [("森田", [4])]),
        ("＠森田様へ", [("森田", [4])]),
        ("@佐藤健太さん 確認を", [("佐藤健太", [2])]),
        ("@佐藤 美咲さん 確認を", [("佐藤 美咲", [1])]),
        ("@佐藤　美咲さん 確認を", [("佐藤　美咲", [1])]),
        ("@佐藤さん 確認を", [("佐藤", [1, 2])]),
        ("確認しました@森田課長と@森です", [("森田", [4]), ("森", [3])]),
        ("@森谷さん", [("森谷", [5])]),
        ("@MS @ks", [("MS", [1]), ("ks", [2])]),
        ("@ＫＳ 確認を", [("ＫＳ", [2])]),
        ("@kenta.sato さん", [("kenta.sato", [2])]),
        ("@kenta.sato. どうぞ", [("kenta.sato", [2])]),
        ("@Smith, please", [("Smith", [6])]),
        ("@Jane Smith, please", [("Jane Smith", [6])]),
        ("@smithers", [("smithers", [])]),
        ("@msg", [("msg", [])]),
        ("@鈴木さん", [("鈴木さん", [])]),
        ("(@森)", [("森", [3])]),
        ("mori@hikari.example に送付", []),
        ("foo.bar@森.example", []),
        ("メールは a_b@KS.example です", []),
        ("@ 森さん", []),
        ("@", []),
        ("@@森", []),
    ],
)
def test_the_longest_name_that_fits_is_meant(text, found):
    assert named(text) == found


def test_of_two_by_one_name_only_one_who_is_at_work_is_meant():
    away = Colleague(7, "森田", "仁", "JM", "jin@hikari.example", working=False)
    (it,) = mentions("@森田さん", [MORITA, away])
    assert it.colleague is MORITA


def test_a_name_that_fits_several_names_nobody_for_sure():
    (it,) = mentions("@佐藤さん", ALL)
    assert it.colleague is None


@given(st.text(alphabet="@＠森田佐藤健太さん KSksａ.\n一", max_size=30))
def test_what_is_found_stands_in_the_text(text):
    for it in mentions(text, ALL):
        assert text[it.start] in "@＠"
        assert text[it.start + 1 : it.end] == it.words
