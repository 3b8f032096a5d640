"""What X does not let the API post, end to end: handed over, posted by hand, seen to be out.

Real web server, real Valkey, real RQ workers, the sandbox X over HTTP; both databases.
"""

import html
import re

import httpx

from support.x.snowflakes import accepted_at
from tests.cast import PASSWORD
from tests.journeys.test_mention_to_resolved import kept_at
from tests.machinery.running import PATIENCE, Visitor, forms, running_desk, until


def test_a_refused_reply_is_posted_by_hand_and_keeps_its_promise(database_url, tmp_path):
    with running_desk(database_url, tmp_path, undo_seconds=0) as desk:
        visitor = Visitor(desk.url)
        visitor.sign_in(desk.cast.misaki.email, PASSWORD)
        words = "@hikari_care 夜になると通信が遅いです"
        desk.sandbox.post(words, by="kakuu_yuuki", reply_settings="other")
        until(lambda: "夜になると通信が遅い" in visitor.get("/"), "the post in the queue")
        (number,) = re.findall(r'id="ticket-(\d+)"', visitor.get("/"))[:1]
        page = f"/tickets/{number}"

        visitor.send(page, f"{page}/replies", body="ご不便をおかけしております。")
        pattern = re.compile(r'href="([^"]+/intent/tweet[^"]+)"')
        link = until(lambda: pattern.search(visitor.get(page)), "the link to X's composer")
        assert "@hikari_care でサインインしている" in visitor.get(page)
        assert desk.sandbox.sent()["posts"] == []

        composer = html.unescape(link[1])
        (form,) = forms(httpx.get(composer, timeout=PATIENCE).text)
        values = {**form.values, "who": "hikari_care", "text": "直接お答えします。 ^佐藤"}
        x = f"{desk.sandbox.url}{form.action}"
        assert httpx.post(x, data=values, timeout=PATIENCE).status_code == 303

        (ours,) = desk.sandbox.sent()["posts"]
        until(lambda: ours["id"] in visitor.get(page), "the link to our post")
        shown = visitor.get(page)
        assert "直接お答えします。" in shown
        assert "Xから直接投稿" not in shown, "it is the reply, not a second post"
        kept = until(lambda: kept_at(desk, number), "a kept promise")
        assert abs((kept - accepted_at(ours["id"])).total_seconds()) < 1
