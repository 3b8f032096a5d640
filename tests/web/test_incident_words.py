"""An open incident's words stand before the prepared answers, and teach them nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.canned.records import Pick
from support.incidents.records import Incident, Wave, WaveText
from tests.web import forms
from tests.web.talk import Talk, path, send

ANSWER = """---
id: outage
title: 通信障害
asked_as: [つながらない, ネットがつながりません, 障害ですか]
---
現在、通信しづらい状況が発生しております。
"""
WORDS = ("関東で通信障害が発生しています。", "関東の通信障害を調べています。")


@pytest.fixture
def talk(shelf_dir, session, cast, clock, x):
    (shelf_dir / "outage.md").write_text(ANSWER, encoding="utf-8")
    it = Talk(session, cast, clock, x)
    it.says("@hikari_care ネットがつながりません")
    return it


@pytest.fixture
def incident(talk, session, cast, clock):
    it = Incident(
        account_id=cast.account.id,
        title="関東の通信障害",
        words=["つながりません"],
        begun_at=clock(),
        opened_at=clock(),
        opened_by_id=cast.ryo.id,
        next_update_at=clock() + timedelta(hours=5),
    )
    session.add(it)
    session.flush()
    wave = Wave(
        incident_id=it.id,
        stage="first",
        made_by_id=cast.ryo.id,
        made_at=clock(),
        approved_at=clock(),
        approved_by_id=cast.hikaru.id,
        texts=[WaveText(text=text) for text in WORDS],
    )
    session.add(wave)
    session.commit()
    return it


def offers(page):
    """Key, name in the form and words of all that may be put in, as they stand."""
    found = re.findall(r'data-insert data-text="([^"]*)" data-answer="([^"]*)"([^>]*)>', page)
    keys = [re.search(r'data-key="(\d)"', rest) for _, _, rest in found]
    return [
        (key[1] if key else None, name, text)
        for key, (text, name, _) in zip(keys, found, strict=True)
        if text and name
    ]


def test_they_stand_first_with_the_title_and_the_next_update(talk, incident, misaki):
    page = misaki.get(path(talk.ticket)).text
    stands = offers(page)[:3]
    assert [(key, text) for key, _, text in stands] == [
        ("1", WORDS[0]),
        ("2", WORDS[1]),
        ("3", "現在、通信しづらい状況が発生しております。"),
    ]
    assert "障害の文面" in page
    assert re.search(r"関東の通信障害.*次の更新", page, re.S)


def test_without_an_incident_nothing_of_it_stands(talk, misaki):
    page = misaki.get(path(talk.ticket)).text
    assert "障害の文面" not in page
    assert offers(page)[0][:2] == ("1", "outage")


def test_what_was_just_said_gives_way_to_other_words(talk, incident, misaki):
    assert send(misaki, talk.ticket, WORDS[0]).status_code == 303
    talk.clock.forward(seconds=11)
    talk.delivers(talk.replies()[0])
    talk.says("まだつながりません", number=3)
    assert offers(misaki.get(path(talk.ticket)).text)[0][2] == WORDS[1]


def test_put_in_without_script_and_sent_they_are_no_pick(talk, incident, misaki, session):
    page = misaki.get(path(talk.ticket)).text
    name = offers(page)[0][1]
    filled = misaki.get(f"{path(talk.ticket)}?insert={name}").text
    assert f"{WORDS[0]}</textarea>" in filled
    assert f'name="answer_id" value="{name}"' in filled
    sent = send(misaki, talk.ticket, WORDS[0], answer_id=name)
    assert sent.status_code == 303
    session.rollback()
    assert session.scalar(select(Pick.id)) is None


def test_a_name_that_is_nobodys_puts_nothing_in(talk, incident, misaki):
    assert ">\n</textarea>" in misaki.get(f"{path(talk.ticket)}?insert=wave-999").text


def test_a_draft_that_promises_another_time_is_told_the_incidents(talk, incident, misaki):
    def preview(body):
        asked = forms.post(misaki, path(talk.ticket, "preview"), {"body": body}, headers=forms.PART)
        return asked.text

    hint = "違う時刻を約束しています"
    assert hint in preview("明日までにご連絡いたします。")
    assert "関東の通信障害" in preview("明日までにご連絡いたします。")
    assert hint not in preview("ご不便をおかけしています。")
    assert hint not in preview("15時までにご連絡いたします。"), "it says what was announced"
