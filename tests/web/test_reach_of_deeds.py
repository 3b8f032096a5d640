"""What deeds of the whole desk come to where their doer, or whoever hears of them, sees a part."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from support.approval.records import IS_OPEN, Approval
from support.db import Base
from support.handover.records import HandoverMemo
from support.incidents.records import Incident
from support.jobs.digests import send_digests
from support.privacy.records import Erasure, Hold
from support.tickets.records import Ticket
from support.web.reach_criteria import CRITERIA
from tests.machinery.post_office import open_office
from tests.web.forms import Browser, post
from tests.web.reach_scene import DM, PUBLIC

OUT_OF_REACH = "あなたに見られないアカウントまたはDMのものがあるため、扱えません"
UNSAID = "見られないアカウントまたはDMのチケットについての申し送り"


@pytest.fixture
def few(cast, scene, signed_in):
    """A lead who was granted nothing of the limited account."""
    return Browser(signed_in(cast.ryo))


@pytest.fixture
def all_of_it(cast, scene, granted_one, signed_in):
    """An administrator who sees everything of it."""
    granted_one(cast.hikaru, True)
    return Browser(signed_in(cast.hikaru))


def marks_in(text):
    return {mark for mark in (PUBLIC, DM) if mark in text}


def test_every_table_that_hangs_on_a_customer_has_its_condition():
    """By its keys, over however many others: a new table fails here until `CRITERIA` names it."""
    tables, found = Base.metadata.tables, {"customers", "conversations"}
    while more := {name for name, it in tables.items() if parents(it) & found} - found:
        found |= more
    held = {it.entity.local_table.name for it in CRITERIA}
    assert {"approvals", "approval_notices", "kept_drafts", "holds", "erasures"} < found
    assert found - held == set()


def parents(table):
    return {key.column.table.name for key in table.foreign_keys}


def test_all_there_is_of_a_customer_is_handled_by_who_sees_all_of_it_or_not_at_all(
    scene, few, all_of_it, granted_one, cast, session
):
    """HANAKO wrote to both accounts, in both channels of the limited one."""
    number = session.get_one(Ticket, scene.open_ticket).conversation.customer_id
    session.rollback()
    page = f"/customers/{number}/data"
    for private in (None, False):
        granted_one(cast.ryo, private)
        told = few.get(page, 403)
        assert OUT_OF_REACH in told
        assert "<form" not in told.split("<main")[1]
        for deed in ("export", "hold", "hold/1/lift", "erasure"):
            form = {"confirm": "kakuu_hanako", "hold_reason": "係争中"}
            assert OUT_OF_REACH in few.post(f"{page}/{deed}", 403, **form)
    session.rollback()
    count = select(func.count())
    assert session.scalar(count.select_from(Erasure)) == 0
    assert session.scalar(count.where(Hold.customer_id == number)) == 0
    session.rollback()
    assert OUT_OF_REACH not in all_of_it.get(page)
    answer = post(all_of_it.client, f"{page}/export")
    whole = zipfile.ZipFile(io.BytesIO(answer.data)).read("data.json").decode()
    assert marks_in(whole) == {PUBLIC, DM}


def test_whoever_lets_somebody_go_is_told_how_much_they_do_not_see(
    scene, few, granted_one, cast, signed_in, session
):
    """Everything is handed on, seen or not; what the heir may not see becomes nobody's."""
    granted_one(cast.ryo, True)
    admin, page = Browser(signed_in(cast.hikaru)), f"/settings/people/{cast.ken.id}/suspension"
    theirs = select(Ticket.id).where(Ticket.assignee_id == cast.ken.id)
    his = set(session.scalars(theirs))
    session.rollback()
    assert {scene.public.ids["ticket"], scene.dm.ids["ticket"]} == his
    told = admin.get(page)
    unseen = int(re.search(r"data-unseen>\D*?(\d+)件", told)[1])
    assert unseen >= len(his)
    assert not re.search(rf"#({'|'.join(map(str, his))})\b", told.split("<main")[1])
    assert "見られないアカウント" in admin.post(page, 422, heir=cast.misaki.id, scheduled="draft")
    told = admin.post(page, heir=cast.misaki.id)
    assert f"{len(his)}件のチケットは、引き継ぐ方が見られないため未割当にしました" in told
    session.rollback()
    given = session.scalars(select(Ticket.assignee_id).where(Ticket.id.in_(his)))
    assert set(given) == {None}
    assert "data-unseen" in admin.get(f"/settings/people/{cast.ken.id}")


def test_approvals_are_counted_and_shown_as_one_may_see_them(scene, few, all_of_it, session):
    waiting = session.scalar(select(func.count()).select_from(Approval).where(IS_OPEN))
    session.rollback()
    assert waiting == 2
    link = re.compile(r'href="/approvals"[^>]*>.*?</a>', re.S)
    for browser, seen in ((few, set()), (all_of_it, {PUBLIC, DM})):
        assert marks_in(browser.get("/approvals")) == seen
        assert marks_in(browser.get("/alerts")) == seen
        for page in ("/rail", "/"):
            counted = f'<span class="count" data-tone="warn">{waiting}</span>'
            assert (counted in link.search(browser.get(page))[0]) is bool(seen)


def test_a_memo_that_names_a_ticket_out_of_reach_stays_unsaid(
    scene, few, all_of_it, history, session
):
    told = f"#{scene.open_ticket} と注文 #99999 を見てください"
    history.session.add(
        HandoverMemo(agent_id=history.cast.ken.id, text=told, written_at=history.cast.ken.created_at
                     + timedelta(days=29))
    )  # fmt: skip
    history.session.commit()
    page = few.get("/handover?of=all")
    assert (page.count(UNSAID), marks_in(page)) == (4, set()), "at the top, and among the latest"
    assert "を見てください" in page
    page = all_of_it.get("/handover?of=all")
    assert (page.count(UNSAID), marks_in(page)) == (0, {PUBLIC, DM})


def test_who_sees_what_is_limited_says_whom_a_memo_is_for(scene, few, all_of_it):
    """Words can tell of an account without naming a ticket of it."""
    assert "data-audience" not in few.get("/handover"), "to them nothing is limited"
    page = all_of_it.post("/handover/memos", 422, text="誰宛てでもない話")
    assert "見せる相手を選んでください" in page
    assert "誰宛てでもない話</textarea>" in page
    for audience in (f"account-{scene.account_id + 99}", "dms-x", "account-", "few"):
        all_of_it.post("/handover/memos", 422, text="違う", audience=audience)
    told = {
        "": "みなさんへ",
        f"account-{scene.account_id}": "法人の話",
        f"dms-{scene.account_id}": "DM",
    }
    for audience, text in told.items():
        all_of_it.post("/handover/memos", text=f"{text}の申し送り", audience=audience or "all")
    page = few.get("/handover?of=all")
    assert "みなさんへの申し送り" in page
    assert "法人の話の申し送り" not in page
    assert "DMの申し送り" not in page
    assert "の申し送り</p>" in page


def test_a_memo_for_some_is_counted_and_taken_note_of_by_them_only(
    scene, few, all_of_it, granted_one, cast, signed_in
):
    granted_one(cast.misaki, False)
    public_only = Browser(signed_in(cast.misaki))
    before = [unread_in(it.get("/handover")) for it in (few, public_only)]
    for kind in ("account", "dms"):
        audience = f"{kind}-{scene.account_id}"
        all_of_it.post("/handover/memos", text=f"{kind} の話", audience=audience)
    after = [unread_in(it.get("/handover")) for it in (few, public_only)]
    assert [later - first for first, later in zip(before, after, strict=True)] == [0, 1]
    ours = re.search(
        r"memos/([0-9]+)/noted(?=.{0,900}account の話)", public_only.get("/handover"), re.S
    )
    few.post(f"/handover/memos/{ours[1]}/noted", 404)
    public_only.post(f"/handover/memos/{ours[1]}/noted")
    assert unread_in(public_only.get("/handover")) == before[1]


def unread_in(page):
    """What stands beside the hand-over on the left."""
    found = re.search(r'class="rail-link" href="/handover"[^>]*>.*?</a>', page, re.S)[0]
    count = re.search(r"</span>([0-9]+)</span></a>", found)
    return int(count[1]) if count else 0


def test_an_incident_out_of_reach_owes_its_lead_no_news(scene, few, granted_one, cast, history):
    """Its account was limited since they took it on."""
    it = history.session.scalars(select(Incident)).one()
    it.lead_id, it.late_told_at, it.next_update_at = cast.ryo.id, it.opened_at, it.opened_at
    history.session.commit()
    bell = few.get("/alerts/bell")
    assert PUBLIC not in few.get("/alerts")
    few.get("/alerts/latest", 204)
    granted_one(cast.ryo, False)
    assert PUBLIC in few.get("/alerts")
    assert few.get("/alerts/bell") != bell, "counted as well"


def test_a_dry_run_of_a_word_reads_what_one_may_see_and_says_so(few, all_of_it):
    form = {"purpose": "negative", "level": "hint", "look": "1"}
    page = few.post("/settings/words", text="を確認します", **form)
    assert "件では、見つかりません" in page
    assert "data-reach" in page
    page = all_of_it.post("/settings/words", text="を確認します", **form)
    assert "（公開 1件、DM 1件）" in page
    assert "data-reach" not in page


@pytest.fixture
def office(app):
    before = app.extensions["desk"]
    with open_office() as office:
        mail = {"smtp_host": "127.0.0.1", "smtp_port": office.port, "smtp_tls": "none"}
        mail |= {"smtp_from": "desk@hikari.example"}
        app.extensions["desk"] = replace(before, settings=before.settings.model_copy(update=mail))
        yield office
    app.extensions["desk"] = before


def test_a_letter_holds_the_figures_its_reader_may_see(
    app, cast, scene, granted_one, signed_in, office, clock
):
    """Worked out where nobody asks, by one job for both."""
    granted_one(cast.hikaru, True)
    clock.forward(days=1)
    for person in (cast.ryo, cast.hikaru):
        Browser(signed_in(person)).post("/reports/mail/now")
    with app.app_context():
        assert send_digests() == 2
    letters = {
        to[0].split("@")[0]: text_of(it) for to, it in zip(office.to, office.kept, strict=True)
    }
    assert "@hikari_home" not in letters["ryo"]
    assert "この数字に含まれていません" in letters["ryo"]
    assert "@hikari_home" in letters["hikaru"]
    assert "この数字に含まれていません" not in letters["hikaru"]
    assert messages(letters["ryo"]) < messages(letters["hikaru"])


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def messages(text):
    """How many customers wrote in public, of the table of shares."""
    return int(re.search(r"^公開: .*?お客様 (\d+)", text, re.M)[1])
