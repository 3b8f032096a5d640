"""Out of hours, end to end over the sandbox X: told once by itself, then answered by a person."""

import re
from datetime import UTC, datetime

from sqlalchemy import select

from support.sla.records import Calendar, ServiceLevel, promises_of
from tests.cast import PASSWORD
from tests.machinery.running import Visitor, running_desk, until

TEXT = "担当者が{{next_opening}}から順にお返事します。"


def close(desk):
    """Opens for an hour the day after tomorrow, whatever today is."""
    day = (datetime.now(UTC).weekday() + 2) % 7
    with desk.session() as session:
        session.scalars(select(Calendar)).one().weekly = {str(day): [["20:00", "21:00"]]}
        session.scalars(select(ServiceLevel)).one().acknowledgement = TEXT
        session.commit()


def sent(desk, kind):
    return [it["text"] for it in desk.sandbox.sent()[kind]]


def test_a_customer_is_told_once_and_a_person_keeps_the_promise(database_url, tmp_path):
    with running_desk(database_url, tmp_path, undo_seconds=0) as desk:
        close(desk)
        visitor = Visitor(desk.url)
        visitor.sign_in(desk.cast.misaki.email, PASSWORD)
        desk.sandbox.message("荷物が届きません", by="kakuu_hanako")
        (told,) = until(lambda: sent(desk, "dms"), "our acknowledgement on X")
        assert told.startswith("担当者が")
        assert "20時から" in told
        (number,) = re.findall(r'id="ticket-(\d+)"', visitor.get("/"))[:1]
        page = f"/tickets/{number}"
        until(lambda: "自動応答" in visitor.get(page), "the acknowledgement in the thread")

        desk.sandbox.message("もう一点あります", by="kakuu_hanako")
        until(lambda: "もう一点あります" in visitor.get(page), "the second message")
        with desk.session() as session:
            assert promises_of(session, int(number))[0].is_open

        visitor.send(page, f"{page}/replies", body="確認いたします。")
        until(lambda: len(sent(desk, "dms")) > 1, "the person's answer")
        assert sent(desk, "dms") == [told, "確認いたします。 ^佐藤"]

        def kept_by():
            with desk.session() as session:
                return promises_of(session, int(number))[0].kept_by_id

        assert until(kept_by, "a kept promise") == desk.cast.misaki.id


def test_a_mention_is_told_in_public(database_url, tmp_path):
    with running_desk(database_url, tmp_path) as desk:
        close(desk)
        desk.sandbox.post("@hikari_care 夜になると通信が遅いです", by="kakuu_yuuki")
        (told,) = until(lambda: sent(desk, "posts"), "our acknowledgement on X")
        assert "（受付 " in told
