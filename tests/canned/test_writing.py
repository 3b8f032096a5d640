"""Answers are written whole or not at all, inside the shelf, over nothing unseen, with history."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from support.canned import writing
from support.canned.records import AnswerEdit
from support.canned.replies import CannedReply
from support.canned.shelf import Shelf
from support.errors import DeskError, Refused
from tests.fakes import THURSDAY

SLOW = CannedReply("slow", "遅い", ("遅いです",), "再起動をお試しください。", category="速度")


@pytest.fixture
def seconds():
    return [0.0]


@pytest.fixture
def shelf(tmp_path, seconds):
    (tmp_path / "shelf").mkdir()
    return Shelf(tmp_path / "shelf", every=2.0, clock=lambda: seconds[0], wall=lambda: 1e12)


@pytest.fixture
def write(session, shelf, cast):
    def save(reply=SLOW, seen=None, by=cast.ryo):
        return writing.save(session, shelf, reply, by, THURSDAY, seen=seen)

    return save


def seen_of(shelf, reply_id="slow"):
    return writing.kept(shelf, reply_id).version


def files(shelf):
    return sorted(p.relative_to(shelf.folder).as_posix() for p in shelf.folder.rglob("*.*"))


def test_a_new_answer_is_in_service_at_once_and_has_its_row(write, shelf, session, cast):
    assert shelf.replies == ()
    write()
    assert shelf.get("slow") == SLOW
    assert files(shelf) == ["速度/slow.md"]
    edit = session.scalars(select(AnswerEdit)).one()
    assert (edit.answer_id, edit.path, edit.agent_id) == ("slow", "速度/slow.md", cast.ryo.id)
    assert edit.before == ""
    assert edit.after == (shelf.folder / edit.path).read_text("utf-8")


def test_a_change_keeps_the_file_before_and_after(write, shelf, session):
    write()
    before = writing.kept(shelf, "slow").text
    write(replace(SLOW, answer="別の文です。"), seen_of(shelf))
    edit = session.scalars(select(AnswerEdit).order_by(AnswerEdit.id.desc())).first()
    assert edit.before == before
    assert shelf.get("slow").answer == "別の文です。"


def test_nothing_different_is_no_change(write, shelf, session):
    write()
    assert write(SLOW, seen_of(shelf)) is None
    assert len(session.scalars(select(AnswerEdit)).all()) == 1


def test_a_file_that_changed_meanwhile_is_not_written_over(write, shelf):
    write()
    seen = seen_of(shelf)
    path = shelf.folder / "速度/slow.md"
    theirs = path.read_text("utf-8").replace("再起動", "初期化")
    path.write_text(theirs, "utf-8")
    with pytest.raises(writing.ChangedMeanwhile) as stopped:
        write(replace(SLOW, answer="私の文"), seen)
    assert stopped.value.kept.text == theirs
    assert path.read_text("utf-8") == theirs


def test_a_file_that_is_gone_is_said(write, shelf):
    write()
    seen = seen_of(shelf)
    (shelf.folder / "速度/slow.md").unlink()
    with pytest.raises(writing.ChangedMeanwhile) as stopped:
        write(replace(SLOW, answer="私の文"), seen)
    assert stopped.value.kept is None


def test_an_id_that_is_taken_is_refused_wherever_it_stands(write):
    write()
    with pytest.raises(Refused) as refusal:
        write(replace(SLOW, category="ほか"))
    assert refusal.value.field == "id"


def test_another_category_moves_the_file(write, shelf):
    write()
    write(replace(SLOW, category="接続/夜"), seen_of(shelf))
    assert files(shelf) == ["接続/夜/slow.md"]
    assert shelf.get("slow").category == "接続/夜"


def test_a_move_never_writes_over_another_file(write, shelf):
    write()
    (shelf.folder / "接続").mkdir()
    (shelf.folder / "接続/SLOW.md").write_text("broken", "utf-8")
    write(replace(SLOW, category="接続"), seen_of(shelf))
    assert files(shelf) == ["接続/SLOW.md", "接続/slow-2.md"]
    assert (shelf.folder / "接続/SLOW.md").read_text("utf-8") == "broken"


@pytest.mark.parametrize(
    "folder", ["../x", "a/../../x", "/etc", "..", ".git", "_drafts", "a/.b", "a\\b", "c:", "a\0b"]
)
def test_no_category_leads_out_of_the_shelf_or_where_it_does_not_look(write, shelf, folder):
    with pytest.raises(Refused) as refusal:
        write(replace(SLOW, category=folder))
    assert refusal.value.field == "folder"
    assert files(shelf) == []


@pytest.mark.parametrize("leads", ["..", "inside"])
def test_a_link_is_not_followed(write, shelf, leads):
    (shelf.folder / "inside").mkdir()
    (shelf.folder / "link").symlink_to(shelf.folder / leads)
    with pytest.raises(Refused) as refusal:
        write(replace(SLOW, category="link/new"))
    assert refusal.value.field == "folder"
    assert not (shelf.folder.parent / "new").exists()


@pytest.mark.parametrize(
    ("reply_id", "name"),
    [("a:b", "a-b.md"), ("_a", "a.md"), ("README", "answer-README.md"), ("夜" * 80, None)],
)
def test_a_file_is_named_after_its_id_so_that_the_shelf_reads_it(write, shelf, reply_id, name):
    write(replace(SLOW, id=reply_id, category=""))
    assert shelf.get(reply_id) is not None
    assert len(files(shelf)[0].encode()) <= 255
    assert name in (None, files(shelf)[0])


@pytest.fixture
def closed_shelf():
    """A folder nobody writes to, not even root."""
    folder = Path("/proc/fs")
    if not folder.is_dir():
        pytest.skip("no /proc/fs here")
    return Shelf(folder)


def test_a_folder_that_cannot_be_written_is_a_sentence(session, closed_shelf, cast):
    with pytest.raises(DeskError) as fault:
        writing.save(session, closed_shelf, replace(SLOW, category=""), cast.ryo, THURSDAY)
    assert "書き込めません" in str(fault.value)


def test_of_many_answers_none_has_a_row_without_its_file(session, closed_shelf, cast):
    many = [(replace(SLOW, category=""), None)]
    edits, fault = writing.save_all(session, closed_shelf, many, cast.ryo, THURSDAY)
    assert (edits, type(fault)) == ([], DeskError)
    session.commit()
    assert session.scalars(select(AnswerEdit)).all() == []


def test_of_many_answers_those_that_changed_meanwhile_are_not_written_over(
    write, shelf, session, cast
):
    write()
    other = replace(SLOW, id="other")
    known = replace(SLOW, title="as it was once")
    many = [(other, None), (replace(SLOW, title="x"), known)]
    edits, fault = writing.save_all(session, shelf, many, cast.ryo, THURSDAY)
    assert [edit.answer_id for edit in edits] == ["other"]
    assert isinstance(fault, writing.ChangedMeanwhile)
    assert shelf.get("slow") == SLOW


def test_nothing_half_written_is_left_when_the_disk_refuses(write, shelf):
    (shelf.folder / "速度" / "slow.md").mkdir(parents=True)  # a folder where the file would go
    write()
    assert [p for p in files(shelf) if "/." in p] == []
    assert shelf.path_of("slow") == "速度/slow-2.md"


def test_what_is_taken_away_can_be_put_back_where_it_stood(write, shelf, session, cast):
    write()
    text = writing.kept(shelf, "slow").text
    gone = writing.take_away(session, shelf, "slow", cast.ryo, THURSDAY, seen=seen_of(shelf))
    assert (shelf.get("slow"), files(shelf)) == (None, [])
    assert (gone.before, gone.after) == (text, "")
    later = THURSDAY + timedelta(hours=1)
    writing.put_back(session, shelf, gone, gone.before, cast.ryo, later)
    assert shelf.get("slow") == SLOW


def test_an_older_version_comes_back_word_for_word(write, shelf, session, cast):
    first = write()
    path = shelf.folder / "速度/slow.md"
    path.write_text(path.read_text("utf-8").replace("id: slow", "# a comment\nid: slow"), "utf-8")
    second = write(replace(SLOW, title="別"), seen_of(shelf))
    writing.put_back(session, shelf, second, second.before, cast.ryo, THURSDAY)
    assert "# a comment" in path.read_text("utf-8")
    writing.put_back(session, shelf, first, first.after, cast.ryo, THURSDAY)
    assert path.read_text("utf-8") == first.after


def test_a_version_that_cannot_be_read_today_is_refused(write, shelf, session, cast):
    edit = write()
    with pytest.raises(Refused) as refusal:
        writing.put_back(session, shelf, edit, "no front matter", cast.ryo, THURSDAY)
    assert "three dashes" in str(refusal.value)


def test_what_would_not_be_read_back_is_not_written(write, shelf):
    with pytest.raises(Refused):
        write(replace(SLOW, answer="{nobody}"))
    assert files(shelf) == []


def test_a_change_of_the_same_length_in_the_same_instant_is_seen(tmp_path):
    seconds = [0.0]
    shelf = Shelf(tmp_path, every=2.0, clock=lambda: seconds[0], wall=lambda: 1_000.0)
    path = tmp_path / "a.md"

    def write_in_place(title):
        path.write_text(f"---\ntitle: {title}\n---\nx", "utf-8")
        os.utime(path, (1_000, 1_000))

    write_in_place("一")
    assert shelf.get("a").title == "一"
    write_in_place("二")
    seconds[0] = 2.0
    assert shelf.get("a").title == "二"
