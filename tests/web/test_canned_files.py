"""Answers come in from files only after they were looked at, and go out as files."""

import io
import re

import pytest
from sqlalchemy import select

from support.canned import imports
from support.canned.exchange import AT_ONCE
from support.canned.records import AnswerEdit
from tests.web.forms import Browser, token_on

SHEET = "id,title,answer,tags\nslow,速度が遅い,再起動を。,速度\n,,無題,\nbill,請求,明細を。,\n"


@pytest.fixture
def lead(ryo, shelf_dir):
    return Browser(ryo)


def chosen(browser, data, name="answers.csv", folder=""):
    """Sends a file as a browser does."""
    raw = data.encode() if isinstance(data, str) else data
    form = {
        "csrf_token": token_on(browser.client),
        "folder": folder,
        "file": (io.BytesIO(raw), name),
    }
    return browser.client.post("/canned/import", data=form)


def hidden(page):
    names = ("token", "name", "folder", "digest")
    form = page[page.index("/canned/import/confirm") :]
    return {name: re.search(rf'name="{name}" value="([^"]*)"', form)[1] for name in names}


def files(shelf_dir):
    return sorted(p.relative_to(shelf_dir).as_posix() for p in shelf_dir.rglob("*.md"))


def test_nothing_is_written_until_it_is_confirmed(lead, shelf_dir, session):
    page = chosen(lead, SHEET, folder="取り込み").text
    assert "新規 2件" in page
    assert "3行目" in page
    assert "件名を入力してください。" in page
    assert files(shelf_dir) == []
    lead.post("/canned/import/confirm", **hidden(page))
    assert files(shelf_dir) == ["取り込み/bill.md", "取り込み/slow.md"]
    edits = session.scalars(select(AnswerEdit)).all()
    assert {(edit.answer_id, edit.agent.family_name) for edit in edits} == {
        ("slow", "高橋"),
        ("bill", "高橋"),
    }


def test_what_would_change_is_named_and_what_is_the_same_is_left(lead, shelf_dir):
    lead.post("/canned/import/confirm", **hidden(chosen(lead, SHEET).text))
    page = chosen(lead, SHEET.replace("明細を。", "明細をご覧ください。")).text
    assert "変更 1件" in page
    assert "同じ 1件" in page
    lead.post("/canned/import/confirm", **hidden(page))
    assert "明細をご覧ください。" in (shelf_dir / "bill.md").read_text("utf-8")


def test_a_shelf_that_changed_since_the_look_is_looked_at_again(lead, shelf_dir):
    lead.post("/canned/import/confirm", **hidden(chosen(lead, SHEET).text))
    page = chosen(lead, SHEET.replace("再起動を。", "初期化を。")).text
    path = shelf_dir / "slow.md"
    path.write_text(path.read_text("utf-8").replace("再起動を。", "別の人の文。"), "utf-8")
    again = lead.post("/canned/import/confirm", 409, **hidden(page))
    assert "確かめた後に回答が変わりました" in again
    assert "別の人の文。" in path.read_text("utf-8")
    lead.post("/canned/import/confirm", **hidden(again))
    assert "初期化を。" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        ("", "", "ファイルを選んでください"),
        (b"x" * (imports.LARGEST + 1), "a.csv", "5MBまで"),
    ],
)
def test_no_file_and_a_large_one_are_sentences(lead, data, name, says):
    answer = chosen(lead, data, name)
    assert answer.status_code == 422
    assert says in answer.text


def test_a_far_too_large_one_is_refused_before_it_is_read(lead):
    answer = chosen(lead, b"x" * (imports.LARGEST + 1_000_000), "a.csv")
    assert answer.status_code == 413
    assert "5MBまで" in answer.text


def test_a_file_of_another_kind_is_a_row_of_the_look(lead, shelf_dir):
    page = chosen(lead, b"%PDF", "a.pdf").text
    assert "このファイルは読めません" in page
    assert "/canned/import/confirm" not in page


def test_a_folder_outside_is_refused_at_its_field(lead, shelf_dir):
    answer = chosen(lead, SHEET, folder="../up")
    assert answer.status_code == 422
    assert 'id="folder-error"' in answer.text


@pytest.mark.parametrize("token", ["", "x", "../../../etc/passwd", "A" * 24])
def test_a_file_that_is_not_kept_is_asked_for_again(lead, token):
    page = lead.post("/canned/import/confirm", 422, token=token, name="a.csv")
    assert "もう一度選んでください" in page


def test_a_file_is_kept_for_the_agent_who_chose_it_alone(lead, cast, signed_in, shelf_dir):
    page = chosen(lead, SHEET).text
    Browser(signed_in(cast.hikaru)).post("/canned/import/confirm", 422, **hidden(page))
    assert files(shelf_dir) == []


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_the_shelf_goes_out_and_comes_back_the_same(lead, shelf_dir, ending):
    lead.post("/canned/import/confirm", **hidden(chosen(lead, SHEET).text))
    sent = lead.client.get(f"/canned/export/{ending}")
    assert sent.headers["Content-Disposition"].endswith(f'.{ending}"')
    page = chosen(lead, sent.data, f"answers.{ending}").text
    assert "同じ 2件" in page
    assert "/canned/import/confirm" not in page


@pytest.mark.parametrize("path", ["/canned/import", "/canned/export/csv"])
def test_files_are_for_leads(misaki, shelf_dir, path):
    assert misaki.get(path).status_code == 403
    assert chosen(Browser(misaki), SHEET).status_code == 403


def test_texts_of_a_file_are_shown_as_text(lead, shelf_dir):
    page = chosen(lead, "title,answer\n<script>alert(1)</script>,x\n").text
    assert "<script>alert" not in page


def test_a_row_that_cannot_be_written_stops_there_and_says_so(lead, shelf_dir):
    (shelf_dir / "壁").write_text("", "utf-8")
    sheet = "title,answer,folder\n一,本文,\n二,本文,壁/中\n三,本文,\n"
    page = lead.post("/canned/import/confirm", 422, **hidden(chosen(lead, sheet).text))
    assert "同じ名前のファイル" in page
    assert "ここまでの1件は取り込みました" in page
    assert files(shelf_dir) == ["一.md"]
    assert "同じ 1件" in page


def test_many_answers_are_written_in_several_transactions(lead, shelf_dir, session):
    rows = "".join(f"題{n},本文{n}\n" for n in range(AT_ONCE + 1))
    lead.post("/canned/import/confirm", **hidden(chosen(lead, f"title,answer\n{rows}").text))
    assert len(files(shelf_dir)) == AT_ONCE + 1
    assert len(session.scalars(select(AnswerEdit)).all()) == AT_ONCE + 1
