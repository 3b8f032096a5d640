"""The shelf: what can be read is in service, what changes is read again."""

from datetime import date

import pytest

from support.canned.shelf import Shelf, check


def written(title="題", body="本文", **more):
    keys = "".join(f"{key}: {value}\n" for key, value in more.items())
    return f"---\ntitle: {title}\n{keys}---\n{body}\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "接続").mkdir()
    (tmp_path / "接続" / "down.md").write_text(written("つながらない"), "utf-8")
    (tmp_path / "fast.md").write_text(written("速い", channel="dm"), "utf-8")
    return tmp_path


@pytest.fixture
def seconds():
    return [0.0]


@pytest.fixture
def shelf(folder, seconds):
    return Shelf(folder, every=2.0, clock=lambda: seconds[0])


def ids(shelf):
    return {reply.id for reply in shelf.replies}


def test_answers_come_from_files_and_categories_from_folders(shelf):
    assert ids(shelf) == {"down", "fast"}
    assert shelf.get("down").category == "接続"
    assert shelf.get("nowhere") is None


def test_a_broken_file_is_named_and_the_others_stay(folder, shelf):
    (folder / "broken.md").write_bytes(b"---\ntitle: \xff\n---\nx")
    assert ids(shelf) == {"down", "fast"}
    assert [str(fault).split(":")[0] for fault in shelf.faults] == ["broken.md, line 2"]


def test_of_two_answers_with_one_id_the_first_is_kept_and_both_are_named(folder, shelf):
    (folder / "z.md").write_text(written("二つ目", id="fast"), "utf-8")
    assert shelf.get("fast").title == "速い"
    assert [str(fault) for fault in shelf.faults] == [
        "z.md: its id 'fast' is already that of fast.md, which is kept."
    ]


def test_readmes_and_hidden_files_are_left_alone(folder, shelf):
    (folder / "_drafts").mkdir()
    for name in ("README.md", ".hidden.md", "_drafts/idea.md", "notes.txt"):
        (folder / name).write_text("no answer", "utf-8")
    assert (ids(shelf), shelf.faults) == ({"down", "fast"}, ())


def test_a_changed_a_new_and_a_removed_file_are_noticed(folder, shelf, seconds):
    assert ids(shelf) == {"down", "fast"}
    (folder / "接続" / "down.md").write_text(written("まったくつながらない"), "utf-8")
    (folder / "new.md").write_text(written(), "utf-8")
    (folder / "fast.md").unlink()
    seconds[0] = 2.0
    assert ids(shelf) == {"down", "new"}
    assert shelf.get("down").title == "まったくつながらない"


def test_the_folder_is_not_looked_at_more_often_than_said(folder, shelf, seconds):
    assert len(shelf.replies) == 2
    (folder / "new.md").write_text(written(), "utf-8")
    seconds[0] = 1.9
    assert len(shelf.replies) == 2


def test_what_did_not_change_stays_the_same(shelf, seconds):
    before = shelf.matcher("public")
    seconds[0] = 10.0
    assert shelf.matcher("public") is before


def test_a_matcher_offers_only_what_may_be_offered(folder, shelf):
    (folder / "old.md").write_text(written(valid_until="2026-01-31"), "utf-8")
    assert {r.id for r in shelf.matcher("public", date(2026, 1, 31)).replies} == {"down", "old"}
    assert {r.id for r in shelf.matcher("public", date(2026, 2, 1)).replies} == {"down"}
    assert {r.id for r in shelf.matcher("dm", date(2026, 2, 1)).replies} == {"down", "fast"}


def test_an_empty_shelf_suggests_nothing(tmp_path):
    shelf = Shelf(tmp_path)
    assert shelf.matcher("public").suggest("つながらない") == []
    assert check(shelf) == [
        "the shelf is empty; canned_replies/README.md says how to add an answer."
    ]


def test_a_missing_folder_is_said(tmp_path):
    shelf = Shelf(tmp_path / "nowhere")
    assert "no such folder" in check(shelf)[0]


def test_check_says_what_a_person_should_look_at(folder, shelf):
    asked = "\n  - ネットがつながらない\n  - 朝からつながらない"
    (folder / "接続" / "down.md").write_text(written("障害", asked_as=asked), "utf-8")
    (folder / "long.md").write_text(written("長い", "あ" * 121, asked_as=asked[:14]), "utf-8")
    (folder / "fast.md").write_text(
        written("古い", asked_as="更新して", valid_until="2026-01-01", review_by="2025-12-01"),
        "utf-8",
    )
    said = check(shelf, date(2026, 1, 2))
    assert len(said) == 4
    assert "fast: expired on 2026-01-01" in said[0]
    assert "fast: was to be reviewed by 2025-12-01" in said[1]
    assert "long: weighs 242 of 280" in said[2]
    assert "long and down: both are asked for by" in said[3]


def test_check_weighs_every_variant_and_names_those_that_say_the_same(folder, shelf):
    variants = f"\n  - {'い' * 121}\n  - 本文。"
    (folder / "fast.md").write_text(written("速い", asked_as="x", variants=variants), "utf-8")
    said = [remark for remark in check(shelf) if remark.startswith("fast")]
    assert len(said) == 2
    assert "variant 1 weighs 242 of 280" in said[0]
    assert "two of its texts say the same" in said[1]
