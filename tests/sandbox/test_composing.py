"""X's own composer, in which a person posts what the API may not."""

import html
import re

import httpx
import pytest

from support.x import links
from tests.sandbox.stage import CUSTOMER, PLAIN_HTTP

WORDS = "ご不便を & おかけしています。100% 確認します ^佐藤"


@pytest.fixture
def page(stage):
    with httpx.Client(base_url=stage.url, follow_redirects=True, verify=PLAIN_HTTP) as client:
        yield client


def filled(answer):
    fields = dict(re.findall(r'name="(in_reply_to)" value="([^"]*)"', answer.text))
    fields["who"] = re.search(r'<option value="([^"]+)"', answer.text)[1]
    area = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', answer.text, re.S)[1]
    return {**fields, "text": html.unescape(area)}


def test_a_link_of_the_desk_opens_it_written_out_and_sending_it_answers_the_post(page, stage):
    complaint = stage.post("通信が遅い", author=CUSTOMER)
    link = links.reply_by_hand(stage.url, complaint, WORDS)
    form = filled(page.get(link))
    assert (form["text"], form["in_reply_to"], form["who"]) == (WORDS, complaint, "hikari_care")
    assert page.post("/sandbox/composed", data=form).status_code == 200
    (sent,) = stage.control.get("sent").json()["posts"]
    assert (sent["text"], sent["in_reply_to"]) == (WORDS, complaint)


def test_a_customer_cannot_be_made_to_speak_there(page, stage):
    complaint = stage.post("通信が遅い", author=CUSTOMER)
    form = filled(page.get(links.reply_by_hand(stage.url, complaint, WORDS)))
    form["who"] = CUSTOMER["username"]
    assert page.post("/sandbox/composed", data=form).status_code == 404


def test_what_was_deleted_meanwhile_is_said_and_the_words_stay(page, stage):
    complaint = stage.post("通信が遅い", author=CUSTOMER)
    link = links.reply_by_hand(stage.url, complaint, WORDS)
    form = filled(page.get(link))
    stage.control.delete(f"posts/{complaint}")
    assert "削除されたか" in page.get(link).text
    answer = page.post("/sandbox/composed", data=form)
    assert answer.status_code == 422
    assert html.escape(WORDS) in answer.text


def test_the_link_that_asks_for_a_direct_message_leads_to_the_customers_own_page(page, stage):
    stage.post("@hikari_care a", author=CUSTOMER)
    answer = page.get(links.compose_dm(stage.url, "7000000001"))
    assert answer.status_code == 200
    assert 'id="dm"' in answer.text
