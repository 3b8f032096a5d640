"""What is handed out: all that is theirs, nothing of others, and colleagues as they signed."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from support.privacy.exporting import gather, write
from support.privacy.holdings import HOLDINGS
from tests.cast import YUUKI, customer_says, post
from tests.fakes import THURSDAY
from tests.privacy.life import MARKER, WHO, mark_every_word

NOW = THURSDAY + timedelta(days=1)


@pytest.fixture
def handed(session, cast, customer):
    customer_says(session, cast, post("別の人の言葉です", at=THURSDAY, by=YUUKI, number=9))
    mark_every_word(session, customer)
    return customer


def archive(session, customer, **more):
    into = io.BytesIO()
    sheets = {"sheet-ja.html": lambda found: f"{len(found)} tables"}
    write(session, customer, into, sheets=sheets, now=NOW, **{"notes": True, **more})
    return zipfile.ZipFile(into)


def test_every_table_that_holds_something_of_theirs_is_in_it(session, handed):
    found = gather(session, handed)
    shown = {name for name, it in HOLDINGS.items() if it.exported}
    here = {"messages", "replies", "reply_parts", "notes", "tickets", "promises", "attachments"}
    beside = {"seen_posts", "passed_posts", "deliveries", "intake_refusals", "known_accounts"}
    person = {"customers", "contact_wishes", "customer_numbers", "search_entries"}
    assert here | beside | person <= found.keys() <= shown


def test_every_column_of_words_is_handed_out_or_said_not_to_be(session, handed):
    found = gather(session, handed)
    for name in ("messages", "replies", "notes", "tickets", "promises", "message_versions"):
        for column in HOLDINGS[name].words.keys() - set(HOLDINGS[name].unshown or ()):
            assert any(MARKER in json.dumps(row[column]) for row in found[name]), (name, column)


def test_nothing_of_others_is_in_it(session, cast, handed):
    said = json.dumps(gather(session, handed), ensure_ascii=False)
    assert "別の人の言葉です" not in said
    assert YUUKI.username not in said
    assert cast.ken.email not in said
    assert cast.ken.family_name not in said  # he noted things, and signed nothing
    assert "agent_id" not in said
    assert "noted_by_id" not in said


def test_the_archive_has_a_sheet_the_data_and_the_pictures(session, handed):
    whole = archive(session, handed)
    names = whole.namelist()
    assert {"sheet-ja.html", "data.json"} <= set(names)
    assert [whole.read(it) for it in names if it.startswith("files/")] == [MARKER.encode()] * 2
    data = json.loads(whole.read("data.json"))
    assert data["tables"]["customers"][0]["x_id"] == WHO.x_id
    assert data["made_at"] == NOW.isoformat()


def test_notes_of_colleagues_may_be_left_out(session, handed):
    assert "notes" in json.loads(archive(session, handed).read("data.json"))["tables"]
    without = archive(session, handed, notes=False).read("data.json")
    assert "notes" not in json.loads(without)["tables"]
