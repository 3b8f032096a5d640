"""The main job, end to end: a post on X becomes a ticket, is answered by name, and is resolved.

Real web server, real Valkey, real RQ workers, the sandbox X over HTTP; both databases.
"""

import re
from datetime import timedelta

from sqlalchemy import select

from support.conversations.records import Message
from support.sla.records import promises_of
from support.tickets.records import Ticket
from support.x.snowflakes import accepted_at
from tests.cast import PASSWORD
from tests.machinery.running import Visitor, running_desk, until


def test_a_mention_is_answered_and_the_customer_comes_back(database_url, tmp_path):
    with running_desk(database_url, tmp_path) as desk:
        visitor = Visitor(desk.url)
        visitor.sign_in(desk.cast.misaki.email, PASSWORD)
        post = desk.sandbox.post("@hikari_care 夜になると通信が遅いです", by="kakuu_yuuki")
        until(lambda: "夜になると通信が遅い" in visitor.get("/"), "the post in the queue")
        (number,) = re.findall(r'id="ticket-(\d+)"', visitor.get("/"))[:1]
        page = f"/tickets/{number}"
        shown = visitor.get(page)
        assert "kakuu_yuuki" in shown
        assert "suggestion" in shown, "a prepared answer is offered"

        answer = visitor.send(page, f"{page}/replies", body="ご不便をおかけしております。")
        assert answer.status_code == 200
        assert "10秒" not in answer.text
        (ours,) = until(lambda: desk.sandbox.sent()["posts"], "our post on X")
        assert ours["text"].endswith("ご不便をおかけしております。 ^佐藤")
        until(lambda: ours["id"] in visitor.get(page), "the link to our post")

        assert until(lambda: kept_at(desk, number), "a kept promise") == accepted_at(ours["id"])
        with desk.session() as session:
            assert session.get_one(Ticket, int(number)).state == "waiting"

        desk.sandbox.post("まだ遅いです", by="kakuu_yuuki", answers=ours["id"])
        until(lambda: "まだ遅いです" in visitor.get(page), "the customer's answer")
        with desk.session() as session:
            ticket = session.get_one(Ticket, int(number))
            assert ticket.state == "open"
            kinds = [p.kind for p in promises_of(session, ticket.id) if p.is_open]
            assert sorted(kinds) == ["next_reply", "resolution"]
            thread = select(Message.x_id).where(Message.ticket_id == ticket.id)
            assert session.scalars(thread.order_by(Message.id)).first() == post

        visitor.send(page, f"{page}/resolution")
        with desk.session() as session:
            assert session.get_one(Ticket, int(number)).state == "resolved"


def test_a_direct_message_is_answered_privately_only(database_url, tmp_path):
    with running_desk(database_url, tmp_path) as desk:
        visitor = Visitor(desk.url)
        visitor.sign_in(desk.cast.ken.email, PASSWORD)
        desk.sandbox.message("契約番号をお送りします", by="kakuu_hanako")
        until(lambda: "契約番号をお送りします" in visitor.get("/"), "the message in the queue")
        (number,) = re.findall(r'id="ticket-(\d+)"', visitor.get("/"))[:1]
        page = f"/tickets/{number}"
        visitor.send(page, f"{page}/replies", body="ありがとうございます。確認いたします。")
        sent = until(lambda: desk.sandbox.sent()["dms"], "our message on X")
        assert [message["text"] for message in sent] == [
            "ありがとうございます。確認いたします。 ^田中"
        ]
        assert desk.sandbox.sent()["posts"] == []


def test_an_answer_whose_receipt_was_lost_is_found_and_never_sent_twice(database_url, tmp_path):
    with running_desk(database_url, tmp_path, undo_seconds=0) as desk:
        visitor = Visitor(desk.url)
        visitor.sign_in(desk.cast.misaki.email, PASSWORD)
        desk.sandbox.post("@hikari_care ランプが赤のままです", by="sample_radio")
        until(lambda: "ランプが赤のまま" in visitor.get("/"), "the post in the queue")
        (number,) = re.findall(r'id="ticket-(\d+)"', visitor.get("/"))[:1]
        page = f"/tickets/{number}"
        desk.sandbox.fails("accept_then_cut")
        visitor.send(page, f"{page}/replies", body="お調べいたします。")

        kept = until(lambda: kept_at(desk, number), "a kept promise")
        (ours,) = desk.sandbox.sent()["posts"]
        assert abs(kept - accepted_at(ours["id"])) < timedelta(seconds=1)


def kept_at(desk, number):
    """When the ticket's first reply was accepted, if it was."""
    with desk.session() as session:
        first = promises_of(session, int(number))[0]
        assert first.kind == "first_reply"
        return first.kept_at
